"""The operator's view of the register's history: to look at."""

from django.contrib import admin

from changes.models import RecordedChange
from common.admin import ReadOnlyAdmin


@admin.register(RecordedChange)
class RecordedChangeAdmin(ReadOnlyAdmin):
    list_display = ["position", "recorded_at", "actor", "reason"]
    ordering = ["-position"]
    search_fields = ["position__exact"]
    search_help_text = "A position, as answers and licenses give it."
