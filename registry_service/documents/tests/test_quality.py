"""Light, sharpness and shape: what shows nothing is refused, what is doubtful is remarked on, the rest passes."""

import pytest
from PIL import Image

from documents.inspection.quality import quality_findings
from documents.rules import Purpose
from documents.tests.pictures import at_light, blurred, with_grain
from sampling.scans import certificate, portrait

LIGHT_SKIN, DARK_SKIN = (230, 190, 170), (45, 28, 20)


def found(picture: Image.Image, purpose: Purpose = Purpose.SCAN) -> list[tuple[str, str]]:
    return [(each.code, each.severity) for each in quality_findings(picture, purpose)]


@pytest.mark.parametrize("skin", [LIGHT_SKIN, (110, 70, 50), DARK_SKIN])
def test_good_photographs_pass_whatever_the_skin(skin: tuple[int, int, int]) -> None:
    picture = portrait(skin=skin)
    for taken in (picture, with_grain(picture, 60), at_light(picture, 0.75), picture.convert("L")):
        assert found(taken, Purpose.PHOTOGRAPH) == []


def test_a_dark_face_before_a_dark_wall_passes_while_anything_is_light() -> None:
    picture = at_light(portrait(skin=DARK_SKIN), 0.45)
    assert found(picture, Purpose.PHOTOGRAPH) == []


@pytest.mark.parametrize("size", [(1240, 1754), (3000, 4200), (800, 1100), (1754, 1240)])
def test_good_scans_pass(size: tuple[int, int]) -> None:
    picture = certificate(width=size[0], height=size[1])
    assert found(picture) == found(with_grain(picture, 40)) == found(at_light(picture, 0.6)) == []


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("picture", [certificate(), portrait(900, 1200)], ids=["page", "face"])
def test_what_was_taken_at_night_is_refused(picture: Image.Image, purpose: Purpose) -> None:
    at_night = with_grain(at_light(picture, 0.12), 25)
    assert found(at_night, purpose) == [("too_dark", "refuse")]


def test_dusk_is_remarked_on() -> None:
    assert found(at_light(certificate(), 0.33)) == [("dim", "warn")]


def test_a_face_in_full_flash_is_refused() -> None:
    washed_out = portrait(skin=LIGHT_SKIN).point(lambda value: 226 + value // 10)
    assert found(washed_out, Purpose.PHOTOGRAPH) == [("too_bright", "refuse")]


def test_an_empty_page_is_refused_and_one_line_is_enough() -> None:
    assert found(Image.new("RGB", (1240, 1754), (250, 250, 245))) == [("nothing_to_read", "refuse")]
    one_line = Image.new("RGB", (1240, 1754), "white")
    one_line.paste(certificate().crop((0, 400, 1240, 480)), (0, 400))
    assert found(one_line) == []


@pytest.mark.parametrize(("radius", "expected"), [(0, []), (0.5, []), (5, [("blurred", "refuse")])])
@pytest.mark.parametrize("picture", [certificate(), portrait(900, 1200)], ids=["page", "face"])
def test_blur(picture: Image.Image, radius: float, expected: list[tuple[str, str]]) -> None:
    purpose = Purpose.SCAN if picture.height > 1200 else Purpose.PHOTOGRAPH
    assert found(blurred(picture, radius), purpose) == expected


def test_a_little_blur_is_remarked_on() -> None:
    assert found(blurred(certificate(), 2)) == [("not_sharp", "warn")]


@pytest.mark.parametrize(
    ("size", "remarked"), [((600, 480), True), ((480, 480), False), ((480, 600), False), ((300, 600), True)]
)
def test_the_shape_of_a_photograph(size: tuple[int, int], remarked: bool) -> None:
    picture = portrait().resize(size)
    assert found(picture, Purpose.PHOTOGRAPH) == [("photograph_shape", "warn")] * remarked
    assert "photograph_shape" not in dict(found(picture))


def test_the_strangest_shape_is_measured_without_failing() -> None:
    quality_findings(Image.new("RGB", (50_000, 300), "grey"), Purpose.SCAN)
    quality_findings(Image.new("RGB", (300, 50_000), "grey"), Purpose.SCAN)
