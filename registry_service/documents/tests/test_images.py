"""Pictures: what is refused, and what is kept of the others."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from documents.inspection.images import read_image
from documents.inspection.likeness import perceptual_hash
from documents.rules import MAX_PIXELS, Purpose
from documents.tests import hostile
from documents.tests.pictures import at_light, png, turned
from sampling.scans import certificate, jpeg, portrait


def kept(data: bytes, purpose: Purpose = Purpose.PHOTOGRAPH) -> Image.Image:
    reading = read_image(data, purpose)
    assert reading.findings == []
    picture = Image.open(BytesIO(reading.content))
    assert (picture.format, picture.size) == ("JPEG", (reading.width, reading.height))
    return picture


def swapped(picture: Image.Image) -> Image.Image:
    red, green, blue = picture.split()
    return Image.merge("RGB", (blue, green, red))


def colours_swapped() -> bytes:
    """A profile that takes red for blue and blue for red: sRGB's, with two of its columns exchanged."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"____", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"____", b"bXYZ", 1)


def difference(one: Image.Image, other: Image.Image) -> float:
    """How far the brightness of two pictures is apart, on average; saving one as a JPEG makes about 1."""
    return max(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean)


class TestWhatIsKept:
    @pytest.mark.parametrize("data", [jpeg(portrait()), png(portrait()), jpeg(portrait(), progressive=True)])
    def test_the_same_picture_as_a_jpeg(self, data: bytes) -> None:
        assert difference(kept(data), portrait()) < 2

    def test_neither_place_nor_camera_nor_comment(self) -> None:
        data = turned(portrait(), 1)
        assert b"Adaeze" in data
        content = read_image(data, Purpose.PHOTOGRAPH).content
        markers = {content[at + 1] for at in range(len(content) - 1) if content[at] == 0xFF} - {0x00}
        assert not markers & {0xE1, 0xE2, 0xED, 0xFE}, "EXIF and XMP, profiles, IPTC, comments"
        assert b"Adaeze" not in content
        assert b"taken at home" not in content

    def test_nor_what_a_png_says_beside_its_pixels(self) -> None:
        from PIL.PngImagePlugin import PngInfo

        said = PngInfo()
        said.add_text("Author", "Adaeze Okafor")
        assert b"Adaeze" not in read_image(png(portrait(), pnginfo=said), Purpose.PHOTOGRAPH).content

    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_it_stands_upright(self, orientation: int) -> None:
        undone = {
            2: Image.Transpose.FLIP_LEFT_RIGHT,
            3: Image.Transpose.ROTATE_180,
            4: Image.Transpose.FLIP_TOP_BOTTOM,
            5: Image.Transpose.TRANSPOSE,
            6: Image.Transpose.ROTATE_90,
            7: Image.Transpose.TRANSVERSE,
            8: Image.Transpose.ROTATE_270,
        }
        as_held = portrait() if orientation == 1 else portrait().transpose(undone[orientation])
        picture = kept(turned(as_held, orientation))
        assert picture.size == portrait().size
        assert difference(picture, portrait()) < 2

    @pytest.mark.filterwarnings("ignore:.*EXIF")
    def test_broken_metadata_costs_nothing_but_itself(self) -> None:
        kept(jpeg(portrait(), exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\xff" * 40))

    def test_white_where_it_was_transparent(self) -> None:
        layer = portrait().convert("RGBA")
        layer.putalpha(Image.new("L", layer.size, 0))
        layer.paste(portrait(), (0, 200))
        picture = kept(png(layer))
        assert min(picture.getpixel((10, 10))) > 250

    @pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "RGBA", "CMYK"])
    def test_every_kind_of_pixel(self, mode: str) -> None:
        picture = certificate().convert(mode)
        data = jpeg(picture) if mode == "CMYK" else png(picture)
        # Black and white alone leave a seal of dots.
        assert difference(kept(data, Purpose.SCAN), certificate().convert(mode)) < 5

    def test_sixteen_bits_of_grey(self) -> None:
        grey = certificate().convert("L")
        deep = Image.frombytes("I;16", grey.size, b"".join(bytes([value, value]) for value in grey.tobytes()))
        assert difference(kept(png(deep), Purpose.SCAN), grey) < 2

    def test_a_picture_with_a_second_one_behind_it(self) -> None:
        both = BytesIO()
        portrait().save(both, "MPO", save_all=True, append_images=[portrait(200, 200)])
        assert kept(both.getvalue()).size == portrait().size

    def test_colours_that_need_a_profile_look_the_same_without(self) -> None:
        strange = colours_swapped()
        data = jpeg(swapped(portrait()), icc_profile=strange, quality=95, subsampling=0)
        assert difference(Image.open(BytesIO(data)), portrait()) > 5
        assert difference(kept(data), portrait()) < 4

    def test_what_is_no_profile_is_left_alone(self) -> None:
        assert difference(kept(jpeg(portrait(), icc_profile=b"nothing" * 20)), portrait()) < 2

    def test_a_large_jpeg_is_halved_and_a_large_png_refused(self) -> None:
        large = certificate().resize((4000, 5000))
        assert kept(jpeg(large), Purpose.SCAN).size == (2000, 2500)
        reading = read_image(png(large, compress_level=1), Purpose.SCAN)
        assert [each.code for each in reading.findings] == ["too_many_pixels"]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (hostile.truncated_jpeg, "picture_damaged"),
        (hostile.truncated_png, "picture_damaged"),
        (lambda: jpeg(certificate())[:20], "picture_damaged"),
        (lambda: jpeg(certificate())[:3] + b"\0" * 100_000, "picture_damaged"),
        (lambda: png(certificate())[:8] + b"\0" * 100_000, "picture_damaged"),
        (lambda: hostile.png_that_says(3000, 3000), "picture_damaged"),
        (lambda: hostile.png_that_says(0, 10), "picture_damaged"),
        (lambda: hostile.png_that_says(5000, MAX_PIXELS // 5000 + 1), "too_many_pixels"),
        (lambda: hostile.png_that_says(12_000, 12_000), "too_many_pixels"),
        (lambda: hostile.png_that_says(60_000, 60_000), "too_many_pixels"),
        (lambda: hostile.png_that_says(83_000, 300), "too_many_pixels"),
        (lambda: jpeg(certificate(width=500, height=700)), "too_small"),
        (lambda: jpeg(certificate(width=200, height=1700)), "too_small"),
    ],
)
def test_what_is_refused(make: Callable[[], bytes], code: str) -> None:
    reading = read_image(make(), Purpose.SCAN)
    assert [(each.code, each.severity) for each in reading.findings] == [(code, "refuse")]
    assert reading.content == b""


@pytest.mark.parametrize(("size", "refused"), [((299, 400), True), ((300, 300), False), ((400, 299), True)])
def test_a_photograph_may_be_smaller_than_a_scan(size: tuple[int, int], refused: bool) -> None:
    codes = [each.code for each in read_image(jpeg(portrait(*size)), Purpose.PHOTOGRAPH).findings]
    assert codes == ["too_small"] * refused
    assert [each.code for each in read_image(jpeg(portrait(*size)), Purpose.SCAN).findings] == ["too_small"]


class TestLikeness:
    def distance(self, one: Image.Image, data: bytes) -> int:
        found = read_image(data, Purpose.SCAN).perceptual_hash
        assert found is not None
        assert -(2**63) <= found < 2**63
        return ((perceptual_hash(one) ^ found) & (2**64 - 1)).bit_count()

    @pytest.mark.parametrize("original", [certificate(), portrait(900, 1200)], ids=["page", "face"])
    def test_scaled_lightened_turned_or_saved_anew_it_stays(self, original: Image.Image) -> None:
        smaller = original.resize((original.width * 7 // 10, original.height * 7 // 10))
        assert self.distance(original, jpeg(original, quality=30)) <= 4
        assert self.distance(original, jpeg(smaller)) <= 4
        assert self.distance(original, jpeg(at_light(original, 0.8))) <= 4
        assert self.distance(original, turned(original.transpose(Image.Transpose.ROTATE_90), 6)) <= 4

    def test_other_pictures_are_far_away(self) -> None:
        assert self.distance(certificate(), jpeg(portrait(900, 1200))) > 15

    def test_the_same_form_with_another_name_is_near_and_not_the_same(self) -> None:
        assert 4 < self.distance(certificate(), jpeg(certificate("Bola Adeyemi"))) < 20
