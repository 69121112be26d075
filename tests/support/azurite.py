"""Azurite, Microsoft's emulator of Azure Blob Storage, as npm installs it into tests/azurite.

`make setup-test` has npm install what the lock file there says. It is no part of letterpress: where it is not to be had,
the tests that need it skip.

The set-up script reads `FOLDER` and `present` before anything is installed: standard library only at the top.
Source: Azurite's README; Azure Storage, "Authorize with Shared Key".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parents[1] / "azurite"
_PROGRAM = FOLDER / "node_modules/azurite/dist/src/blob/main.js"
_ACCOUNT = "letterpress"
_KEY = base64.b64encode(b"a key of tests, 32 bytes long...").decode()


def present() -> bool:
    """Tell whether the version is there that the lock file asks for, and npm has finished."""
    try:
        wanted = json.loads((FOLDER / "package-lock.json").read_text())["packages"]
        found = json.loads((FOLDER / "node_modules/.package-lock.json").read_text())["packages"]
    except (OSError, ValueError, KeyError):
        return False
    name = "node_modules/azurite"
    return _PROGRAM.is_file() and wanted[name]["version"] == found.get(name, {}).get("version")


class Azurite(NamedTuple):
    """A server that speaks Azure's protocol for blobs, with one account."""

    port: int

    @property
    def environment(self) -> dict[str, str]:
        """What leads letterpress to the server."""
        return {
            "AZURE_STORAGE_ACCOUNT_NAME": _ACCOUNT,
            "AZURE_STORAGE_ACCOUNT_KEY": _KEY,
            "AZURE_STORAGE_ENDPOINT": f"http://127.0.0.1:{self.port}/{_ACCOUNT}",
            "LETTERPRESS_STORE_SECONDS": "20",
        }

    def container(self, name: str) -> str:
        """Make an empty container; gives its address."""
        headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2021-08-06"}
        signed = "".join(f"{key}:{value}\n" for key, value in sorted(headers.items()))
        resource = f"/{_ACCOUNT}/{_ACCOUNT}/{name}\nrestype:container"
        text = "PUT" + "\n" * 12 + signed + resource
        mac = hmac.new(base64.b64decode(_KEY), text.encode(), hashlib.sha256).digest()
        headers["Authorization"] = f"SharedKey {_ACCOUNT}:{base64.b64encode(mac).decode()}"
        url = f"http://127.0.0.1:{self.port}/{_ACCOUNT}/{name}?restype=container"
        with urllib.request.urlopen(urllib.request.Request(url, method="PUT", headers=headers)):
            return f"az://{name}"


@contextmanager
def azurite() -> Iterator[Azurite]:
    """Start Azurite; the calling test skips where it is not installed."""
    from tests.support import needs

    node = shutil.which("node")
    if node is None or not present():
        needs.lack("azurite", "Azurite is not installed in tests/azurite (make setup-test, which needs npm)")
    options = (
        "--blobHost 127.0.0.1 --blobPort 0 --inMemoryPersistence --disableTelemetry --skipApiVersionCheck --silent"
    )
    process = subprocess.Popen(
        [node, str(_PROGRAM), *options.split()],
        env={**os.environ, "AZURITE_ACCOUNTS": f"{_ACCOUNT}:{_KEY}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if found := re.search(r"listens on http://127\.0\.0\.1:(\d+)", line):
                yield Azurite(int(found[1]))
                return
        raise RuntimeError("Azurite has not started")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
