"""PDFs: what is refused, what is only remarked on, and how much a hostile one may cost."""

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator

import pikepdf
import pytest
from django.conf import settings

from documents.inspection.likeness import perceptual_hash
from documents.inspection.pdf import read_pdf
from documents.inspection.reading import Reading
from documents.rules import MAX_PAGES, PDF, READING_CPU_SECONDS, READING_MEMORY_BYTES, Purpose
from documents.tests import hostile
from documents.tests.pictures import blank_pdf, pdf, written
from sampling.scans import certificate


@pytest.fixture(autouse=True)
def _limits_of_qpdf() -> Iterator[None]:
    """Reading sets limits for the whole process, which is a process of its own everywhere but here."""
    before = pikepdf.settings.get_qpdf_limits()
    yield
    pikepdf.settings.set_qpdf_limits(**before)


def codes(data: bytes) -> list[str]:
    return [each.code for each in read_pdf(data).findings]


def test_a_pdf_is_kept_as_it_came() -> None:
    assert read_pdf(pdf(3)) == Reading(pages=3)


def test_a_compressed_one_too() -> None:
    packed = pdf(3, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert read_pdf(packed) == Reading(pages=3)


def test_a_scanned_page_has_the_likeness_of_its_picture() -> None:
    found = read_pdf(pdf(picture=certificate())).perceptual_hash
    assert found is not None
    assert (found ^ perceptual_hash(certificate())).bit_count() <= 4


def test_one_that_any_viewer_opens_without_asking_is_taken() -> None:
    assert read_pdf(hostile.with_password("")).pages == 1


def test_links_are_no_programs() -> None:
    document = blank_pdf()
    link = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://phb.ng"))
    document.pages[0].Annots = pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=link)])
    assert codes(written(document)) == []


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: hostile.with_password("secret"), "pdf_needs_password"),
        (hostile.truncated_pdf, "pdf_broken_off"),
        (lambda: pdf() + b"x" * 2000, "pdf_broken_off"),
        (lambda: b"%PDF-1.7\n" + b"x" * 5000 + b"%%EOF", "pdf_damaged"),
        (lambda: b"%PDF-1.7\n%%EOF", "pdf_damaged"),
        (lambda: hostile.with_action("/JavaScript"), "pdf_has_program"),
        (lambda: hostile.with_action("/Launch"), "pdf_has_program"),
        (lambda: hostile.with_action("/SubmitForm"), "pdf_has_program"),
        (hostile.with_script_in_names, "pdf_has_program"),
        (hostile.with_attachment, "pdf_has_attachment"),
        (hostile.bomb, "pdf_unpacks_too_large"),
        (hostile.bomb_in_a_bomb, "pdf_unpacks_too_large"),
        (hostile.bomb_of_many_filters, "pdf_unpacks_too_large"),
        (hostile.bomb_in_pieces, "pdf_unpacks_too_large"),
        (hostile.bomb_as_table, "pdf_damaged"),
        (hostile.deep, "pdf_damaged"),
        (hostile.circular_pages, "pdf_damaged"),
        (lambda: hostile.many_pages(90), "pdf_too_many_pages"),
        (lambda: hostile.many_pages(5000), "pdf_damaged"),
        (lambda: pdf(MAX_PAGES + 1), "pdf_too_many_pages"),
        (lambda: pdf(0), "pdf_damaged"),
    ],
)
def test_what_is_refused(make: Callable[[], bytes], code: str) -> None:
    reading = read_pdf(make())
    assert [each.code for each in reading.findings] == [code]
    assert reading.findings[0].severity == "refuse"


def test_everything_that_is_wrong_is_said_at_once() -> None:
    document = blank_pdf()
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch)
    document.attachments["a"] = b"x"
    assert sorted(codes(written(document))) == ["pdf_has_attachment", "pdf_has_program"]


def test_a_stream_that_cannot_be_unpacked_is_damage() -> None:
    assert codes(pdf(compress_streams=True).replace(b"x\x9c", b"xx", 1)) == ["pdf_damaged"]


def test_a_lost_table_of_contents_is_a_warning() -> None:
    reading = read_pdf(pdf(2).replace(b"startxref\n", b"startxref\n9"))
    assert reading.pages == 2
    assert [(each.code, each.severity) for each in reading.findings] == [("pdf_repaired", "warn")]


def test_the_most_pages_are_taken() -> None:
    assert read_pdf(pdf(MAX_PAGES)).pages == MAX_PAGES


@pytest.mark.parametrize(
    "make",
    [
        hostile.bomb,
        hostile.bomb_in_a_bomb,
        hostile.bomb_in_pieces,
        hostile.bomb_as_table,
        hostile.lzw_bomb,
        hostile.crowded,
        lambda: hostile.many_pages(200_000),
    ],
)
def test_a_hostile_one_costs_seconds_and_little_memory(make: Callable[[], bytes]) -> None:
    # A process stands between, which has no other child: what it says of its children is the reader's.
    ask = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); "
    ask += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    reader = [sys.executable, "-m", "documents.inspection", PDF, Purpose.SCAN]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", ask, *reader], input=make(), capture_output=True, cwd=settings.BASE_DIR, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert cpu < READING_CPU_SECONDS + 1
    assert int(done.stdout) * 1024 < READING_MEMORY_BYTES * 1.2, "its programs come on top of what is limited"
