"""The operator's view of merges: to look at. Officers decide through the API."""

from django.contrib import admin

from common.admin import ReadOnlyAdmin
from duplicates.models import Merge


@admin.register(Merge)
class MergeAdmin(ReadOnlyAdmin):
    list_display = ["uid", "status", "merged", "kept", "proposed_by", "proposed_at"]
    list_filter = ["status"]
    list_select_related = ["merged", "kept", "proposed_by"]
    ordering = ["-id"]
    search_fields = ["uid__exact", "merged__uid__exact", "kept__uid__exact"]
    search_help_text = "The whole id of a merge, or of one of the two entries."
