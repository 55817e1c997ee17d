"""Operators' pages for what only services may change."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class ReadOnly:
    """Mixed into an admin page or an inline: everything can be looked at, and nothing changed, by anyone."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(ReadOnly, admin.TabularInline):
    extra = 0
    show_change_link = False


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):
    # Counting a register of millions for each page costs more than the page.
    show_full_result_count = False
