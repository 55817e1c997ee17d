"""What may be searched for, and which figures may be published."""

import pytest

from common.errors import InvalidInput
from search.rules import begins_like_ours, looks_like_a_number, publishable, tokens_of


class TestTokens:
    def test_each_once_in_one_order(self) -> None:
        assert tokens_of("musa ibrahim musa a") == ["a", "ibrahim", "musa"]

    @pytest.mark.parametrize("folded", ["", "ab", "a bc de"])
    def test_one_has_three_letters(self, folded: str) -> None:
        with pytest.raises(InvalidInput) as refusal:
            tokens_of(folded)
        assert refusal.value.members["errors"][0]["code"] == "too_short"

    def test_not_more_than_anyone_has(self) -> None:
        assert len(tokens_of("aaa bbb ccc ddd eee fff ggg hhh")) == 8
        with pytest.raises(InvalidInput):
            tokens_of("aaa bbb ccc ddd eee fff ggg hhh iii")


@pytest.mark.parametrize("text", ["PHB-MED-7K3M-9QTX", "phb med", "MDCN/R/12345", "42", "p h b", "٤٢"])
def test_numbers(text: str) -> None:
    assert looks_like_a_number(text)


@pytest.mark.parametrize("text", ["Musa", "O'Neill", "MDCN", "Raphb", "", "Adé-Ọlá"])
def test_names(text: str) -> None:
    assert not looks_like_a_number(text)
    assert not begins_like_ours(text)


class TestPublishable:
    def test_large_figures_are_published(self) -> None:
        assert publishable({"LA": 5000, "KN": 5, None: 17}) == {"LA": 5000, "KN": 5, None: 17}

    def test_small_ones_are_withheld(self) -> None:
        assert publishable({"LA": 5000, "KN": 4, "AB": 0}) == {"LA": 5000, "KN": None, "AB": None}

    def test_a_single_one_could_be_reckoned_from_the_total(self) -> None:
        assert publishable({"LA": 5000, "KN": 4, "AB": 30, "OY": 30}) == {
            "LA": 5000,
            "KN": None,
            "AB": None,
            "OY": 30,
        }

    def test_nothing_to_publish(self) -> None:
        assert publishable({}) == {}
        assert publishable({"LA": 3}) == {"LA": None}
