from django.contrib import admin

from common.admin import ReadOnlyAdmin
from staff.models import Affiliation


@admin.register(Affiliation)
class AffiliationAdmin(ReadOnlyAdmin):
    """Who works where. Hospitals say so themselves; operators look on."""

    list_display = ["full_name", "job_title", "hospital", "license_number", "outcome", "joined_on", "left_on"]
    list_filter = ["verification__outcome", "left_on"]
    list_select_related = ["hospital", "verification"]
    search_fields = ["full_name", "license_number"]
    ordering = ["full_name", "id"]

    @admin.display(description="The register says")
    def outcome(self, affiliation: Affiliation) -> str:
        return affiliation.verification.outcome if affiliation.verification else "not asked yet"
