"""Reads what a user types for a place: a folder, or the URL of object storage.

Not here: whether it can be used (`probing`).
"""

from __future__ import annotations

import re
from pathlib import Path

from letterpress.errors import UsageError
from letterpress.places.folder import FolderPlace
from letterpress.places.store import StorePlace, patience
from letterpress.places.values import Place
from letterpress.text import urls

_STORES = ("s3", "gs", "az")
_OTHER_NAMES = {"s3a": "s3", "s3n": "s3", "gcs": "gs", "abfs": "az", "abfss": "az", "azure": "az", "wasbs": "az"}
"""Names that other programs have for the same stores, and ours."""
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def is_store(text: str | Path) -> bool:
    """Whether this is meant as an address of object storage, and not as a folder or a database."""
    scheme, colon, _ = str(text).partition("://")
    return bool(colon) and scheme.lower() in (*_STORES, *_OTHER_NAMES)


def place_of(text: str | Path, base: Path | None = None) -> Place:
    """Make the place of `out/run` or `s3://bucket/prefix`. Nothing is asked of it yet.

    :param base: the folder that a relative path starts from; None: the working folder.
    :raises UsageError: it is no address of a place.
    """
    if isinstance(text, Path) or "://" not in text:
        return FolderPlace(address=str(text), folder=(base or Path.cwd()) / text)
    scheme, _, rest = text.partition("://")
    shown = urls.without_password(text)
    if scheme.lower() not in _STORES:
        raise _unknown(scheme.lower(), shown)
    if "?" in rest or "#" in rest or "@" in rest.partition("/")[0]:
        message = "an address of object storage has a bucket and a folder in it, and no user, password or question mark"
        hint = "give credentials in the environment, as the page on object storage says"
        raise UsageError(message, file=shown, hint=hint, code="store-address")
    bucket, _, prefix = rest.partition("/")
    parts = [part for part in prefix.split("/") if part]
    if not _BUCKET.fullmatch(bucket) or any(part in (".", "..") for part in parts):
        message = "is no address of object storage"
        raise UsageError(message, file=shown, hint=f"write {scheme.lower()}://BUCKET/FOLDER", code="store-address")
    return StorePlace(address=shown, scheme=scheme.lower(), bucket=bucket, prefix="/".join(parts), seconds=patience())


def _unknown(scheme: str, shown: str) -> UsageError:
    known = _OTHER_NAMES.get(scheme)
    hint = f"write {known}://BUCKET/FOLDER" if known else "use a folder, or s3://, gs:// or az://"
    return UsageError(f"'{scheme}://' is no place that is known here", file=shown, hint=hint, code="store-address")
