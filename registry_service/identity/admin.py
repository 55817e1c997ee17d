"""The operator's view of what was proven: to look at, and each look is recorded."""

from django.contrib import admin

from audit.admin import DisclosingAdmin
from audit.rules import Subject, SubjectKind
from identity.models import IdentityCheck


@admin.register(IdentityCheck)
class IdentityCheckAdmin(DisclosingAdmin):
    list_display = ["uid", "account", "provider", "outcome", "asked_at"]
    list_filter = ["outcome", "provider"]
    list_select_related = ["account"]
    ordering = ["-id"]
    exclude = ["subject_hash"]
    search_fields = ["uid__exact", "account__email__exact"]
    search_help_text = "The check's whole id, or the account's e-mail address."

    def audited(self, check: IdentityCheck) -> Subject:
        return Subject(SubjectKind.IDENTITY, str(check.uid))
