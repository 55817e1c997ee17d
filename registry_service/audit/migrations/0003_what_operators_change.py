from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_proofs_of_identity"),
    ]

    operations = [
        migrations.AlterField(
            model_name="auditrecord",
            name="subject_kind",
            field=models.CharField(
                choices=[
                    ("application", "Application"),
                    ("practitioner", "Practitioner"),
                    ("license", "License"),
                    ("document", "Document"),
                    ("identity", "Proof of who somebody is"),
                    ("audit", "The audit itself"),
                    ("reference", "A council, a rule or another reference row"),
                    ("account", "An account and its roles"),
                    ("service_client", "Service client"),
                    ("payment", "Payment of a fee"),
                    ("other", "Something else on the operators' pages"),
                ],
                max_length=20,
            ),
        ),
    ]
