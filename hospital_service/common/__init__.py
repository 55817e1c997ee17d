"""Plumbing that any module may use and that knows none: errors, request ids, paging, health, grants, the worker."""
