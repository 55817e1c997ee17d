"""Django's admin, with the site that asks operators for a code."""

from django.contrib.admin.apps import AdminConfig


class OperatorPagesConfig(AdminConfig):
    default_site = "accounts.operators.OperatorSite"
