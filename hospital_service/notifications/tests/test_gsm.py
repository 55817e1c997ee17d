"""Any text as one message: in the alphabet of GSM, readable, and never longer than it may be."""

import pytest

from notifications.gsm import MOST, one_part, to_gsm, units


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Your file APP-7K3M has been decided.", "Your file APP-7K3M has been decided."),
        # Yoruba: dots below, and tones, of which some forms have no letter of their own in Unicode.
        ("Ṣọlá Adéọlá", "Sola Adéola"),
        ("Ọ́ṣunbọ̀wálé ẹ̀ṣọ́", "Osunbowalé eso"),
        ("o\u0323\u0301", "o"),
        ("n\u0304 Ń ǹ", "n N n"),
        # Igbo, Hausa, Kanuri, Efik.
        ("Nwaọgụ Ịfeoma Ṅkechi", "Nwaogu Ifeoma Nkechi"),
        ("Ɓala Ɗanladi Ƙofar 'yar ƙasa ƴan ɓauna ɗaya", "Bala Danladi Kofar 'yar kasa yan bauna daya"),
        ("Kǝlǝ Ǝ Ŋ ŋ", "Kele E N n"),
        ("Ɔkɔn Ɛtim", "Okon Etim"),
        # What the alphabet has stays.
        ("é è à ù ì ò Ç Ä ö ß @ £ ¥ §", "é è à ù ì ò Ç Ä ö ß @ £ ¥ §"),
        ("{a} [b] ~ ^ | \\ €", "{a} [b] ~ ^ | \\ €"),
        # What it has not.
        ("á ê ç ñ õ", "a e c ñ o"),
        ("Sa\u2019idu \u02bcYar\u2018adua O`Neil \u00b4", "Sa'idu 'Yar'adua O'Neil '"),
        ("\u201cyes\u201d \u00abno\u00bb", '"yes" "no"'),
        ("2025\u20132026 \u2014 \u2212 \u2011", "2025-2026 - - -"),
        ("\u20a645,000 \u2026", "N45,000 ..."),
        ("\u00bd \u2122 \ufb01 \u00aa", "1/2 TM fi a"),
        ("\uff21\uff22\uff11", "AB1"),
        ("good \U0001f600 \u4e2d\u0436", "good ? ??"),
        # One line, with single blanks; what is not to be seen goes.
        ("  one\r\ntwo\tthree\u00a0four\u2028five \n", "one two three four five"),
        ("a\u200bb\u00ad \u202ac\u202c\0 \u200b d", "ab c d"),
        ("", ""),
    ],
)
def test_text_is_written_in_the_alphabet(written: str, sent: str) -> None:
    assert to_gsm(written) == sent


def test_what_is_in_the_alphabet_is_in_it_once_and_for_all() -> None:
    everything = "".join(map(chr, range(0x3000)))
    once = to_gsm(everything)
    assert to_gsm(once) == once


def test_the_alphabet_is_that_of_the_table() -> None:
    # 128 places less the line feed, the carriage return and the escape; the extension, less its form feed.
    kept = [letter for letter in map(chr, range(0x3000)) if to_gsm(letter) == letter]
    blank = 1
    assert (len(kept) + blank, sum(units(letter) == 2 for letter in kept)) == (125 + 9, 9)


@pytest.mark.parametrize(("text", "places"), [("", 0), ("abc", 3), ("é@ ", 3), ("€", 2), ("[a]{b}~^|\\", 18)])
def test_characters_of_the_extension_count_twice(text: str, places: int) -> None:
    assert units(text) == places


def test_a_text_of_exactly_one_message_stays_whole() -> None:
    for text in ("a" * MOST, "€" * (MOST // 2), "ab " * 53 + "c"):
        assert units(text) == MOST
        assert one_part(text) == text


def test_a_longer_one_is_cut_at_a_word() -> None:
    assert one_part("word " * 32 + "w") == " ".join(["word"] * 31) + "..."


def test_a_word_that_ends_where_the_room_does_is_kept() -> None:
    fits = "a" * 100 + " " + "b" * 56
    assert one_part(f"{fits} cccc") == f"{fits}..."
    assert one_part(f"{fits}b cccc") == "a" * 100 + "..."


def test_a_link_that_does_not_fit_is_left_out_whole() -> None:
    link = "https://registry.phb.ng/applications/0198f7a2-0000-7000-8000-000000000000"
    assert one_part(f"{'a ' * 60}open: {link}") == "a " * 60 + "open..."


def test_a_single_word_that_is_too_long_is_cut_all_the_same() -> None:
    assert one_part("a" * 200) == "a" * 157 + "..."
    assert one_part("€" * 100) == "€" * 78 + "..."


@pytest.mark.parametrize("letter", ["a", "€", "a ", "€ ", "ab, ", "[x] "])
def test_no_cut_text_is_longer_than_a_message(letter: str) -> None:
    for number in range(1, 200):
        assert units(one_part(letter * number)) <= MOST
