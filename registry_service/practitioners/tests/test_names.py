"""How two names are compared: what agrees, what contradicts, and that the score is the sum of its reasons."""

import csv

import pytest

from practitioners.names import MATCHES, Comparison, Kind, Name, compare, fold, keys
from practitioners.names.lexicon import read
from practitioners.tests.name_pairs import BUILD, DATA, groups_of, pairs_of

with (DATA / "golden_pairs.csv").open(encoding="utf-8", newline="") as file:
    GOLDEN = [
        (row["name_a"], row["name_b"], row["mode"] == "bare", row["should_match"] == "yes")
        for row in csv.DictReader(file)
    ]


def comparison(a: str, b: str, *, wide: bool = False) -> Comparison:
    """Compare names that are written "Surname, Given Names"."""
    return compare(*(Name(*(part.strip() for part in name.split(","))) for name in (a, b)), wide=wide)


def reasons(a: str, b: str) -> list[tuple[str, str, str]]:
    return [(reason.kind.value, reason.a, reason.b) for reason in comparison(a, b).reasons]


@pytest.mark.parametrize(("a", "b", "bare", "should_match"), GOLDEN)
def test_the_golden_pairs_are_judged_as_they_should_be(a: str, b: str, *, bare: bool, should_match: bool) -> None:
    assert comparison(a, b, wide=bare).matches == should_match


def test_an_element_alone_matches_only_for_those_who_ask_for_it() -> None:
    assert not comparison("Eze, Chidera", "Eze, Chi").matches
    assert comparison("Eze, Chidera", "Eze, Chi", wide=True).matches
    assert not comparison("Eze, Chidera", "Eze, Chinelo", wide=True).matches


def test_marks_dots_hooks_and_apostrophes_do_not_count() -> None:
    assert reasons("Ògúnyẹmí, Adébáyọ̀", "OGUNYEMI, Adebayo") == [
        ("folded", "Ògúnyẹmí", "OGUNYEMI"),
        ("folded", "Adébáyọ̀", "Adebayo"),
    ]
    assert reasons("Sa\u2019idu", "Saidu") == [("folded", "Sa\u2019idu", "Saidu")]
    assert reasons("Ƙasim", "Kasim") == [("folded", "Ƙasim", "Kasim")]


def test_composed_and_decomposed_letters_are_the_same() -> None:
    assert reasons("\u1e62\u1eb9\u0301gun", "S\u0323e\u0323\u0301gun")[0][0] == "same"


def test_case_does_not_count() -> None:
    assert comparison("OKAFOR, ngozi", "Okafor, Ngozi").score == 1


def test_one_word_may_be_written_as_two() -> None:
    for written in ("Iyanu-Oluwa", "Iyanu Oluwa"):
        assert reasons(f"Adeyemi, {written}", "Adeyemi, Iyanuoluwa")[1] == ("folded", "Iyanu-Oluwa", "Iyanuoluwa")


def test_titles_in_front_do_not_count_but_are_a_name_where_there_is_no_other() -> None:
    assert comparison("Alhaji Bello, Dr. Musa", "Bello, Musa").score == 1
    assert comparison("Chief", "Chief").score == 1


def test_spellings_of_one_name_agree_by_the_lists_and_by_rules() -> None:
    for a, b in [("Muhammad", "Mamman"), ("Usman", "Uthman"), ("Adeṣọla", "Adeshola"), ("Oluwasegun", "Olushegun")]:
        assert reasons(a, b) == [("variant", a, b)]
    # Names that no list has.
    for a, b in [("Zubbayraah", "Zubaira"), ("Shokenu", "Sokenu"), ("Wasilatu", "Wasilat"), ("Chimdimma", "Chimdinma")]:
        assert reasons(a, b) == [("variant", a, b)]


def test_short_forms_agree_with_the_whole_name() -> None:
    for full, short in [
        ("Adebayo", "Bayo"),
        ("Oluwaseun", "Seun"),
        ("Oluwaseun", "Sheun"),
        ("Ifeanyichukwu", "Ifeanyi"),
        ("Chukwuemeka", "Emeka"),
        ("Temiloluwa", "Temi"),
        ("Damilare", "Dami"),
        ("Kolawole", "Wole"),
        ("Abiodun", "Biodun"),
        ("Ifeoma", "Ify"),
        ("Abdulmuqsith", "Muksit"),
    ]:
        assert reasons(full, short) == [("short form", full, short)]


def test_names_with_one_short_form_are_not_one_name() -> None:
    assert not comparison("Eze, Adebayo", "Eze, Olubayo").matches
    assert not comparison("Eze, Adebola", "Eze, Abimbola").matches


def test_an_initial_agrees_with_a_word_that_begins_so() -> None:
    assert reasons("Okafor, N.", "Okafor, Ngozi")[1] == ("initial", "N", "Ngozi")
    assert comparison("Okafor, N.", "Okafor, Ngozi").matches
    assert comparison("Okafor, N.C.", "Okafor, Ngozi Chioma").matches
    assert not comparison("Okafor, C.", "Okafor, Ngozi").matches
    assert not comparison("O, N.", "Okafor, Ngozi").matches


def test_a_slip_agrees_less_and_two_less_still() -> None:
    one, two = comparison("Okonkwo, Ngozi", "Okonkwo, Ngzoi"), comparison("Okonkwo, Ngozi", "Okknwo, Ngozi")
    assert one.reasons[1].kind == two.reasons[0].kind == Kind.TYPO
    assert 1 > one.score > two.score >= MATCHES


def test_names_in_the_lists_are_no_slips_of_each_other() -> None:
    for one, other in [("Bola", "Bala"), ("Ade", "Ada"), ("Adebola", "Adekola"), ("Habiba", "Habibu")]:
        assert not comparison(f"Eze, {one}", f"Eze, {other}").matches
        assert comparison(one, other).score == 0


def test_a_name_that_may_be_another_needs_two_words_that_agree() -> None:
    assert not comparison("Eze, Emeka", "Eze, Ameka").matches
    assert comparison("Eze, Emeka Felix", "Eze, Ameka Felix").matches


def test_the_order_of_the_words_hardly_counts() -> None:
    swapped = comparison("Adeyemi, Samuel Bola", "Samuel, Bola Adeyemi")
    assert swapped.matches
    assert swapped.score == 0.95
    assert swapped.reasons[-1].kind == Kind.ORDER


def test_a_word_that_only_one_has_counts_the_more_the_fewer_agree() -> None:
    assert comparison("Adeyemi, Bola", "Adeyemi, Bola Samuel").score == 0.9
    assert comparison("Adeyemi", "Adeyemi, Bola").score == 0.8
    assert not comparison("Adeyemi", "Adeyemi, Bola Samuel").matches


def test_two_people_with_one_surname_do_not_match() -> None:
    assert reasons("Bello, Musa", "Bello, Aisha") == [("same", "Bello", "Bello"), ("contradicts", "Musa", "Aisha")]
    assert not comparison("Bello, Musa", "Bello, Aisha").matches
    assert not comparison("Bello, Musa Ibrahim", "Bello, Aisha Ibrahim").matches


def test_each_word_is_laid_beside_the_one_that_it_agrees_with_best() -> None:
    assert reasons("Ade, Adebayo", "Bayo, Ade") == [
        ("same", "Ade", "Ade"),
        ("short form", "Adebayo", "Bayo"),
        ("order", "Ade", "Ade"),
    ]


def test_nothing_agrees_with_an_empty_name() -> None:
    assert comparison("...", "Okafor") == Comparison(0.0, ())


def test_a_very_long_name_is_compared_by_its_first_words() -> None:
    long = Name("Okafor", "Ngozi " * 2_000)
    assert compare(long, long).score == 1


def test_the_score_is_what_the_reasons_weigh_and_the_same_both_ways() -> None:
    lexicon = read(apart_from=groups_of(BUILD))
    for pair in pairs_of(BUILD)[::7]:
        there, back = compare(pair.a, pair.b, lexicon=lexicon), compare(pair.b, pair.a, lexicon=lexicon)
        together = sum(reason.weight for reason in there.reasons)
        assert there.score == back.score == pytest.approx(max(0, together), abs=1e-5)
        assert 0 <= there.score <= 1


def test_a_name_agrees_with_itself_entirely() -> None:
    for pair in pairs_of(BUILD)[::7]:
        assert compare(pair.a, pair.a).score == 1


def test_names_that_match_by_spelling_or_short_form_have_a_key_in_common() -> None:
    for pair in pairs_of(BUILD)[::7]:
        found = {reason.kind for reason in compare(pair.a, pair.b).reasons}
        if found & {Kind.SAME, Kind.FOLDED, Kind.VARIANT, Kind.SHORT_FORM}:
            assert keys(pair.a) & keys(pair.b), pair
    assert keys(Name("Mary-Jane")) & keys(Name("Maryjane"))
    assert keys(Name("Chidera"), wide=True) & keys(Name("Chi"), wide=True)


def test_keys_are_of_words_not_of_titles_and_initials() -> None:
    assert keys(Name("Dr Bello", "M.")) == keys(Name("Bello"))


def test_the_lists_hold_each_spelling_once_and_folded_headwords() -> None:
    with (DATA / "names.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    words = [fold(row["name"]).replace(" ", "") for row in rows]
    assert len(set(words)) == len(words)
    assert {row["group"] for row in rows} <= set(words)
