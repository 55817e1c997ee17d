"""The operator's view of what was uploaded: what was found about it, and never the file itself."""

from django.contrib import admin

from common.admin import ReadOnlyAdmin
from documents.models import StoredFile


@admin.register(StoredFile)
class StoredFileAdmin(ReadOnlyAdmin):
    list_display = ["uid", "purpose", "content_type", "byte_size", "scan_result", "created_at"]
    list_filter = ["purpose", "scan_result"]
    search_fields = ["uid", "sha256__exact"]
    search_help_text = "The id of a file, or the digest of what was uploaded."
    ordering = ["-id"]
