"""What a request made or changed is kept, and its answer no more; in the column that held answers.

The releases on either side of this one do not read what the other has kept: a key that was used in the one is refused
in the other as used already, so that nothing is carried out twice. No statement is run.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("common", "0001_tables_of_the_plumbing")]

    operations = [
        migrations.AlterField(
            model_name="idempotentrequest",
            name="body",
            field=models.TextField(
                blank=True, db_column="body", help_text="Id of what was made or changed, if anything."
            ),
        ),
        migrations.RenameField(model_name="idempotentrequest", old_name="body", new_name="subject"),
    ]
