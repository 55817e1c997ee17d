"""Work on many things, of which one fails: it leaves nothing, the others are done, and the log holds no words of it."""

import logging
from uuid import UUID

import pytest
from django.db import DataError, connection

from changes.tests.factories import NOW
from common.ids import new_id
from common.models import DueTask
from common.one_by_one import one_by_one

pytestmark = pytest.mark.django_db


def test_one_that_fails_leaves_nothing_and_keeps_no_other_waiting(caplog: pytest.LogCaptureFixture) -> None:
    first, failing, last = uids = [new_id() for _ in range(3)]
    failed: list[UUID] = []

    def act(uid: UUID) -> bool:
        DueTask.objects.create(name=str(uid), next_run_at=NOW)
        if uid == failing:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 'Adaeze Okafor'::integer")
        return True

    assert one_by_one(act, uids, after_failure=failed.append) == 2
    assert failed == [failing]
    done = DueTask.objects.filter(name__in=map(str, uids)).values_list("name", flat=True)
    assert set(done) == {str(first), str(last)}
    (line,) = [record for record in caplog.records if record.message == "one_failed"]
    assert (line.levelno, line.uid, line.error) == (logging.ERROR, str(failing), DataError.__name__)
    assert "Adaeze" not in str(vars(line))


def test_what_there_was_nothing_to_do_about_is_not_counted() -> None:
    assert one_by_one(lambda uid: False, [new_id()]) == 0
