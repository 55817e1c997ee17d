from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from notifications.models import OutgoingEmail, OutgoingSms


class OutgoingMessageAdmin(admin.ModelAdmin):
    """What was sent, and what could not be; the body may hold a token and is not shown."""

    list_display = ["recipient", "template", "created_at", "sent_at", "attempts", "last_error"]
    list_filter = ["template", "sent_at"]
    search_fields = ["recipient"]
    ordering = ["-created_at"]
    exclude = ["body"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


admin.site.register([OutgoingEmail, OutgoingSms], OutgoingMessageAdmin)
