from django.contrib import admin

from common.admin import ReadOnlyAdmin
from license_gate.models import LicenseVerification


@admin.register(LicenseVerification)
class LicenseVerificationAdmin(ReadOnlyAdmin):
    """Evidence, to the last byte that was kept."""

    list_display = ["license_number", "hospital", "outcome", "cause", "code", "asked_at", "asked_by"]
    list_filter = ["outcome", "cause", "code"]
    list_select_related = ["hospital", "asked_by"]
    search_fields = ["license_number", "request_id"]
    ordering = ["-asked_at", "-id"]
