"""Whether the operators' pages open follows from roles, too: what was stored of it bears another name, in its old column."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_one_second_factor_each"),
    ]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="is_staff",
            field=models.BooleanField(db_column="is_staff", default=False, help_text="May open the operators' pages."),
        ),
        migrations.RenameField(model_name="user", old_name="is_staff", new_name="is_operator"),
        migrations.AlterField(
            model_name="user",
            name="is_operator",
            field=models.BooleanField(
                db_column="is_staff",
                default=False,
                help_text="May open the operators' pages in no role; what is open there, Django's permissions say.",
            ),
        ),
    ]
