"""Files that are the same or alike, whoever uploaded them."""

from collections.abc import Collection, Iterable

from documents.models import MOST_ALIKE, StoredFile, StoredFileQuerySet


def same_files(digests: Iterable[str]) -> list[tuple[int, str]]:
    """Return every upload of exactly these bytes (hex digests of uploads), as (id, digest), the first one first."""
    return list(StoredFile.objects.filter(sha256__in=list(digests)).order_by("id").values_list("id", "sha256"))


def similar_files(
    perceptual_hash: int, *, max_distance: int, apart_from: Collection[int] = (), at_most: int = MOST_ALIKE
) -> StoredFileQuerySet:
    """Return the pictures, or PDFs of pictures, that look most alike, each with its `distance`, nearest first.

    `apart_from` are ids of files that do not count, however much they look alike.

    Up to 4 bits a picture was scaled or saved anew; up to 10, lightened or cropped a little, or it is
    another paper on the same form: a reason to look, never a proof.
    """
    others = StoredFile.objects.exclude(id__in=apart_from)
    return others.looking_like(perceptual_hash, max_distance, at_most)
