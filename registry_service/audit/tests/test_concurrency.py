"""Records of transactions that really commit."""

import pytest
from django.db import transaction

from audit.rules import Actor
from audit.tests.factories import change, look, records
from common.testing import at_once

pytestmark = pytest.mark.usefixtures("committed_db")


def test_each_of_8_threads_that_record_at_once_leaves_its_own() -> None:
    def work(number: int) -> None:
        for _ in range(10):
            with transaction.atomic():
                change(Actor(f"user:{number}"))
            look(Actor(f"user:{number}"))

    assert at_once(8, work) == [None] * 8
    for number in range(8):
        assert [record.action for record in records(actor=f"user:{number}")] == ["change", "read"] * 10


def test_a_change_is_not_recorded_outside_its_transaction() -> None:
    with pytest.raises(AssertionError, match="without its change"):
        change()
    assert records() == []
