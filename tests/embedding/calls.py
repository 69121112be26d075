"""What a host calls, and what of the process a library could change: shared by the tests, run in their processes."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import ctypes.util
import decimal
import gc
import hashlib
import json
import locale
import logging
import os
import resource
import signal
import socket
import sys
import tempfile
import threading
import time
import warnings
from pathlib import Path
from typing import Any

import letterpress
from letterpress import signing
from letterpress.recipients import tables

LETTERS = ("one", "two", "three")
FRONT = """\
letterhead: din5008
lang: de
date: 2026-03-02
from: {name: Hafenklinik, lines: [Kai 12, 20457 Hamburg]}
to: {name: Ada Brook, street: Mühlweg 4, postcode: "20457", city: Hamburg, country: DE}
subject: Ihr Termin
closing: Mit freundlichen Grüßen
signatories: [{name: Jo Lind, title: Leitung, sign: digital}]
fields: {amount: {type: money, currency: EUR, default: "12345.678"}, day: {type: date, default: 2026-04-01}}
"""
BODY = "Sie zahlen {{ fields.amount }} bis {{ fields.day }}.[^1]\n\n- {{ to.name }}\n\n[^1]: Netto.\n"


def letter(root: Path, name: str = "one") -> Path:
    return root / f"content/letters/{name}.md"


def digest(path: Path | str) -> str:
    """What a letter comes to: the digest of its PDF, or what is wrong with it."""
    result = letterpress.render(path)
    return result.sha256 or "; ".join(map(str, result.diagnostics))


def signer(root: Path) -> Any:
    return signing.from_pkcs12(root / "jo.p12", "secret")


def signed(pdf: bytes, root: Path) -> bytes:
    return signing.sign(pdf, field="Jo Lind", signer=signer(root)).pdf


def verdict(pdf: bytes, root: Path) -> bool:
    """Whether the one signature holds and is trusted."""
    return signing.verify(pdf, [root / "test-ca/ca.pem"]).valid


def everything(root: Path, *, limits: bool = True) -> dict[str, Any]:
    """Call all that there is to call, and give what came of it."""
    found: dict[str, Any] = {name: digest(letter(root, name)) for name in LETTERS}
    loaded = letterpress.load(letter(root))
    result = letterpress.render(loaded, letterhead="plain", copy="draft")
    assert result.pdf is not None, result.diagnostics
    found["draft"] = hashlib.sha256(result.pdf).hexdigest()
    rows = [{"name": "Bo", "city": "Kiel"}, {"name": "Cy", "amount": "x"}]
    found["merged"] = [(one.status, one.sha256) for one in letterpress.merge(loaded, rows)]
    found["checked"] = [str(one.message) for one in letterpress.check(letter(root))]
    found["letterheads"] = len(letterpress.letterheads(root))
    pdf = letterpress.render(loaded).pdf
    assert pdf is not None
    table = tables.open_table(str(root / "people.csv"))
    found["records"] = [dict(record.values) for record in table.records()]
    found["signed"] = verdict(signed(pdf, root), root)
    if limits:
        within = letterpress.render(letter(root), limits=letterpress.Limits(seconds=60, memory_mb=1500))
        found["within limits"] = within.sha256 or str(within.diagnostics)
    return found


def settings() -> dict[str, str]:
    """What belongs to the whole process, and so to the host."""
    from PIL import Image, ImageFile

    loggers = [logging.root, logging.getLogger("letterpress")]
    # ruamel.yaml has filters for warnings of its own kinds.
    filters = [one for one in warnings.filters if not one[2].__module__.startswith("ruamel")]
    mask = os.umask(0o077)
    os.umask(mask)
    numbers = [number for number in signal.valid_signals() if number not in (signal.SIGKILL, signal.SIGSTOP)]
    kinds = [getattr(resource, name) for name in dir(resource) if name.startswith("RLIMIT_")]
    found: dict[str, Any] = {
        "umask": mask,
        "folder": Path.cwd(),
        "environment": sorted(os.environ.items()),
        "signals": [(number, signal.getsignal(number)) for number in numbers],
        "blocked signals": signal.pthread_sigmask(signal.SIG_BLOCK, ()),
        "timer": signal.getitimer(signal.ITIMER_REAL),
        "wakeup": signal.set_wakeup_fd(-1),
        "limits": [(kind, resource.getrlimit(kind)) for kind in kinds],
        "recursion": sys.getrecursionlimit(),
        "switching": sys.getswitchinterval(),
        "stack": threading.stack_size(),
        "threads": sorted(thread.name for thread in threading.enumerate()),
        "streams": [id(one) for one in (sys.stdin, sys.stdout, sys.stderr)],
        "hooks": [sys.excepthook, sys.unraisablehook, threading.excepthook, sys.displayhook, sys.gettrace()],
        "arguments": sys.argv,
        "search path": sys.path,
        "finders": sys.meta_path,
        "locale": locale.setlocale(locale.LC_ALL),
        "time zone": time.tzname,
        "warnings": filters,
        "showing warnings": warnings.showwarning,
        "cells": csv.field_size_limit(),
        "decimals": decimal.getcontext(),
        "pixels": Image.MAX_IMAGE_PIXELS,
        "half images": ImageFile.LOAD_TRUNCATED_IMAGES,
        "network": socket.getdefaulttimeout(),
        "temporary": tempfile.gettempdir(),
        "garbage": (gc.isenabled(), gc.get_threshold()),
        "libraries": ctypes.util.find_library,
        "loops": asyncio.get_event_loop_policy(),
        "loggers": [(one.level, one.handlers, one.filters, one.disabled, one.propagate) for one in loggers],
        "logging": (
            logging.root.manager.disable,
            logging.logThreads,
            logging.getLoggerClass(),
            logging.raiseExceptions,
        ),
        "log records": logging.getLogRecordFactory(),
        "long numbers": sys.get_int_max_str_digits(),
    }
    return {name: repr(value) for name, value in found.items()}


def odd() -> None:
    """Set what a host may set, to what no one expects."""
    from PIL import Image, ImageFile

    os.umask(0o027)
    os.environ["TZ"] = "Asia/Kathmandu"
    time.tzset()
    for name in ("de_DE.UTF-8", "C.UTF-8", "C"):
        with contextlib.suppress(locale.Error):
            locale.setlocale(locale.LC_ALL, name)
            break
    csv.field_size_limit(7)
    decimal.getcontext().prec = 2
    decimal.getcontext().rounding = decimal.ROUND_UP
    Image.MAX_IMAGE_PIXELS = 10
    ImageFile.LOAD_TRUNCATED_IMAGES = 0  # which WeasyPrint would make True
    sys.setrecursionlimit(1700)
    socket.setdefaulttimeout(0.25)
    gc.set_threshold(100, 3, 3)
    sys.set_int_max_str_digits(640)
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGALRM, lambda *_: None)


def main(root: str) -> None:
    """Do everything in a host with odd settings; prints what came of it, and what is another now."""
    odd()
    before = settings()
    found = everything(Path(root))
    after = settings()
    changed = {name: (value, after[name]) for name, value in before.items() if after[name] != value}
    print(json.dumps({"found": found, "changed": changed}))


if __name__ == "__main__":
    main(sys.argv[1])
