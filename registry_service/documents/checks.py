"""Start-up checks of where documents are kept, and who looks for viruses in them."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 -- Django's name


@register(Tags.security)
def documents_can_be_kept(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a storage that would fail at the first upload, or that everybody could read."""
    if settings.DOCUMENTS_STORAGE == "s3":
        return _bucket()
    root, static = Path(settings.DOCUMENTS_ROOT).resolve(), Path(settings.STATIC_ROOT).resolve()
    if root.is_relative_to(static) or static.is_relative_to(root):
        hint = "Name a folder that has nothing to do with STATIC_ROOT."
        return [Error("DOCUMENTS_ROOT and STATIC_ROOT lie in each other.", hint=hint, id="phb.E021")]
    nearest = next(folder for folder in (root, *root.parents) if folder.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        hint = "Name a folder that this user may write to, the same one for every instance and worker."
        return [Error(f"DOCUMENTS_ROOT cannot be used: {root}", hint=hint, id="phb.E020")]
    return []


def _bucket() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not settings.DOCUMENTS_BUCKET:
        hint = "Set DOCUMENTS_BUCKET, or DOCUMENTS_STORAGE=folder."
        found.append(Error("DOCUMENTS_STORAGE is s3, and there is no bucket.", hint=hint, id="phb.E022"))
    if settings.DOCUMENTS_THROUGH_GATEWAY:
        hint = "Set DOCUMENTS_THROUGH_GATEWAY=off: the service sends files from a bucket itself."
        found.append(Error("The gateway cannot read a bucket.", hint=hint, id="phb.E023"))
    return found


@register(Tags.security)
def uploads_are_scanned(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a scanner that cannot be asked, or is none; warn where nobody looks for viruses."""
    chosen, is_production = settings.DOCUMENTS_SCANNER, settings.PHB_ENV == "production"
    if chosen == "clamd" and not _is_usable(settings.CLAMD_ADDRESS):
        hint = "Write tcp://host:3310 or unix:///run/clamav/clamd.sock."
        return [Error("CLAMD_ADDRESS does not say where clamd is.", hint=hint, id="phb.E024")]
    if chosen == "fake" and is_production:
        hint = "Set DOCUMENTS_SCANNER=clamd, or none where something else scans the uploads."
        return [Error("The fake scanner finds no virus.", hint=hint, id="phb.E025")]
    if chosen == "none" and is_production:
        hint = "Set DOCUMENTS_SCANNER=clamd and CLAMD_ADDRESS."
        return [Warning("Nobody looks for viruses in what is uploaded.", hint=hint, id="phb.W020")]
    return []


def _is_usable(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return (
            bool(parts.path)
            if parts.scheme == "unix"
            else parts.scheme == "tcp" and bool(parts.hostname and parts.port)
        )
    except ValueError:
        return False
