from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from hospitals.models import Hospital


@admin.register(Hospital)
class HospitalAdmin(admin.ModelAdmin):
    list_display = ["name", "facility_type", "level", "ownership", "state", "hfr_code", "source"]
    list_filter = ["level", "ownership", "state"]
    list_select_related = ["state"]
    search_fields = ["name", "hfr_code"]
    ordering = ["name", "id"]
    readonly_fields = ["source", "source_id", "created_at"]
    raw_id_fields = ["lga"]
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People and evidence belong to a hospital; it closes, and is not deleted."""
        return False
