"""Two rules for the same never hold on one day, and a rule's part or profession is one of its regulator's.

It fails where an administrator has entered such rules already: end one of the two that the message names, and migrate again.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField
from django.db import migrations, models
from django.db.models.functions import Coalesce

MESSAGE = "Another rule for the same already holds on some of these days: end that one first."
# Of each table of rules: what in its key is a column of the regulator's, and the table of that.
OWNED = {
    "documentrequirement": ("register_part_id", "registerpart"),
    "fee": ("register_part_id", "registerpart"),
    "practisingterm": ("profession_id", "profession"),
    "reviewrule": ("register_part_id", "registerpart"),
}


def one_at_a_time(model, name, *key):
    days = models.Func("valid_from", "valid_until", function="daterange", output_field=DateRangeField())
    return migrations.AddConstraint(
        model,
        ExclusionConstraint(
            name=name,
            expressions=[*((column, "=") for column in key), (days, "&&")],
            violation_error_message=MESSAGE,
        ),
    )


def or_all(column):
    return Coalesce(column, 0, output_field=models.IntegerField())


def owned_with_its_regulator(table):
    """A foreign key can name two columns only where they are a key together."""
    return migrations.RunSQL(
        f"ALTER TABLE reference_{table} ADD CONSTRAINT {table}_with_its_regulator UNIQUE (id, regulator_id)",
        f"ALTER TABLE reference_{table} DROP CONSTRAINT {table}_with_its_regulator",
    )


def agrees_with_its_regulator(table):
    column, owned = OWNED[table]
    return migrations.RunSQL(
        f"""
        ALTER TABLE reference_{table} ADD CONSTRAINT {table}_agrees_with_its_regulator
        FOREIGN KEY ({column}, regulator_id) REFERENCES reference_{owned} (id, regulator_id)
        """,
        f"ALTER TABLE reference_{table} DROP CONSTRAINT {table}_agrees_with_its_regulator",
    )


COUNCIL_RULE = ("kind", or_all("regulator"), or_all("register_part"))


class Migration(migrations.Migration):
    dependencies = [
        ("reference", "0005_reasons_of_merges"),
        # For the extension that puts codes and ids into such a constraint.
        ("licenses", "0001_extensions"),
    ]

    operations = [
        one_at_a_time("documentrequirement", "document_requirement_one_at_a_time", *COUNCIL_RULE, "document_type"),
        one_at_a_time("fee", "fee_one_at_a_time", *COUNCIL_RULE),
        one_at_a_time("practisingterm", "practising_term_one_at_a_time", "regulator", or_all("profession"), "category"),
        one_at_a_time("reviewrule", "review_rule_one_at_a_time", *COUNCIL_RULE),
        migrations.RemoveConstraint("documentrequirement", "document_requirement_once"),
        migrations.RemoveConstraint("fee", "fee_once"),
        migrations.RemoveConstraint("practisingterm", "practising_term_once"),
        migrations.RemoveConstraint("reviewrule", "review_rule_once"),
        *(owned_with_its_regulator(table) for table in ("profession", "registerpart")),
        *(agrees_with_its_regulator(table) for table in OWNED),
    ]
