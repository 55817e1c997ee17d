"""The operator's view of imports: to look at. They are begun and gone on with by the command alone."""

from django.contrib import admin

from common.admin import ReadOnlyAdmin
from importing.models import ImportRun


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    """Each list that was read; one that is not finished is being read now, or goes on at the same command."""

    list_display = ["file_name", "source", "regulator", "list_date", "rows", "done", "started_at", "state"]
    list_filter = ["regulator", ("finished_at", admin.EmptyFieldListFilter)]
    list_select_related = ["regulator"]
    ordering = ["-id"]
    search_fields = ["file_name", "file_digest__exact"]
    search_help_text = "A part of a file's name, or its SHA-256."

    @admin.display(description="rows")
    def rows(self, run: ImportRun) -> str:
        return f"{run.rows_done:,} of {run.row_count:,}"

    @admin.display(description="what was done")
    def done(self, run: ImportRun) -> str:
        return ", ".join(f"{what} {count:,}" for what, count in sorted(run.counts.items()) if count)

    @admin.display(description="state", ordering="finished_at")
    def state(self, run: ImportRun) -> str:
        return "finished" if run.finished_at else "not finished"
