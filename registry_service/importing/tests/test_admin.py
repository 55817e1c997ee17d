"""The operators' page of imports shows how far each came and what it did, and changes nothing, for anyone."""

import pytest
from django.test import Client
from django.urls import reverse

from changes.tests.factories import NOW
from importing.models import ImportRun
from importing.tests.support import LIST_DATE
from reference.models import Regulator

pytestmark = pytest.mark.django_db

LIST = "admin:importing_importrun_changelist"


def make_run(file_name: str, **details: object) -> ImportRun:
    return ImportRun.objects.create(
        regulator=Regulator.objects.get(code="nmcn"),
        source="NMCN, practice list",
        file_name=file_name,
        file_digest=file_name,
        mapping_digest="m",
        list_date=LIST_DATE,
        row_count=5000,
        started_at=NOW,
        **details,
    )


def test_the_list_says_what_was_done_and_what_is_not_finished(operator: Client) -> None:
    make_run("june.csv", rows_done=5000, finished_at=NOW, counts={"licenses_added": 4990, "rejected.duplicate_row": 10})
    make_run("july.csv", rows_done=2000)
    page = operator.get(reverse(LIST)).content.decode()
    for shown in (
        "june.csv",
        "NMCN, practice list",
        "Nov. 23, 2026",
        "5,000 of 5,000",
        "licenses_added 4,990, rejected.duplicate_row 10",
        "2,000 of 5,000",
        "not finished",
    ):
        assert shown in page, shown


def test_unfinished_ones_can_be_picked_out(operator: Client) -> None:
    make_run("june.csv", rows_done=5000, finished_at=NOW)
    make_run("july.csv", rows_done=2000)
    page = operator.get(reverse(LIST), {"finished_at__isempty": "1"}).content.decode()
    assert "july.csv" in page
    assert "june.csv" not in page


def test_nothing_can_be_changed(operator: Client) -> None:
    run = make_run("june.csv")
    page = operator.get(reverse("admin:importing_importrun_change", args=[run.pk]))
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert operator.post(reverse("admin:importing_importrun_change", args=[run.pk]), {}).status_code == 403
    assert operator.get(reverse("admin:importing_importrun_add")).status_code == 403
    assert operator.post(reverse("admin:importing_importrun_delete", args=[run.pk]), {"post": "yes"}).status_code == 403
