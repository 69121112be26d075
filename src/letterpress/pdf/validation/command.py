"""Runs veraPDF's own command, and reads its report.

The command is named by LETTERPRESS_VERAPDF, or is the `verapdf` on the path: whoever has installed veraPDF has it. Its
report in XML is the same since version 1.22.

Not here: the engine without the command (`engine`), and who is asked first (`verapdf`).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from letterpress.files import safe_xml
from letterpress.pdf.validation.engine import Failure
from letterpress.processes.limits import Limits

VARIABLE = "LETTERPRESS_VERAPDF"
_MOST = 50_000_000
"""Bytes of a report: one place a rule is asked for, so that a usual one has some thousand."""


class Unread(Exception):
    """The command gave no verdict; the text says why."""


class Report(NamedTuple):
    """What the command says of a file by one flavour."""

    version: str
    """Of veraPDF; empty, if the report does not say."""
    failures: tuple[Failure, ...]


def find() -> str | None:
    """Find the command; None, if there is none.

    :raises Unread: LETTERPRESS_VERAPDF names one that cannot be run.
    """
    named = os.environ.get(VARIABLE)
    if not named:
        return shutil.which("verapdf")
    found = shutil.which(named)
    if found is None:
        raise Unread(f"{VARIABLE} names '{named}', which is no program that can be run")
    return found


def judge(program: str, path: Path, flavour: str, standard: str, limits: Limits) -> Report:
    """Judge a file by a flavour.

    :param standard: the flavour's name, which the report has to name too.
    :raises Unread: it cannot be run, took longer than it may, or gives no verdict.
    """
    options = ["--flavour", flavour, "--format", "xml", "--maxfailuresdisplayed", "1"]
    # A heap is all of a Java program that a file makes grow.
    environment = {**os.environ, "JAVA_TOOL_OPTIONS": f"-Xmx{limits.memory_mb}m"}
    with tempfile.TemporaryFile() as output:
        try:
            running = subprocess.Popen(  # noqa: S603 - the user's own program
                [program, *options, str(path.resolve())],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.DEVNULL,
                env=environment,
                process_group=0,  # it is a script that starts Java, and both are to end
            )
        except OSError as error:
            raise Unread(f"veraPDF cannot be run ({program}): {error.strerror}") from error
        try:
            running.wait(limits.seconds)
        except subprocess.TimeoutExpired:
            raise Unread(f"veraPDF took more than {limits.seconds:g} s (raise --time-limit)") from None
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(running.pid, signal.SIGKILL)
            running.wait()
        output.seek(0)
        data = output.read(_MOST + 1)
    if len(data) > _MOST:
        raise Unread(f"veraPDF's report has more than {_MOST // 1_000_000} MB")
    return read(data, standard)


def read(data: bytes, standard: str) -> Report:
    """Read a report in XML of one file.

    :raises Unread: it has no verdict on the standard.
    """
    start = data.find(b"<?xml")  # a script may have said something before
    root = None
    if start >= 0 and not safe_xml.declares_type(data[start:]):
        with contextlib.suppress(ElementTree.ParseError, ValueError, LookupError):
            root = ElementTree.fromstring(data[start:])  # noqa: S314 - it declares no entities
    if root is None:
        raise Unread("veraPDF gave no report that can be read")
    versions = {one.get("id"): one.get("version", "") for one in root.iter("releaseDetails")}
    version = versions.get("validation-model") or versions.get("core") or ""
    verdict = root.find(".//validationReport")
    if verdict is None:
        said = " ".join((root.findtext(".//exceptionMessage") or "").split())
        if root.find(".//taskException[@type='PARSE']") is None:
            raise Unread(f"veraPDF failed: {said}" if said else "veraPDF's report has no verdict")
        return Report(version, (Failure("file", f"veraPDF cannot read it as a PDF: {said}", "", "", 1),))
    profile = verdict.get("profileName", "")
    if not profile.lower().startswith(standard.lower() + " ") or verdict.get("jobEndStatus", "normal") != "normal":
        raise Unread(f"veraPDF's verdict is not on {standard} ({profile}, {verdict.get('jobEndStatus')})")
    failures = tuple(sorted(_failures(verdict)))
    if not failures and verdict.get("isCompliant") != "true":
        failures = (Failure("file", "veraPDF calls it not compliant, and names no rule", "", "", 1),)
    return Report(version, failures)


def _failures(verdict: ElementTree.Element) -> Iterator[Failure]:
    """Give each broken rule of a verdict."""
    for rule in verdict.iter("rule"):
        if rule.get("status") != "failed":
            continue
        count = rule.get("failedChecks", "")
        yield Failure(
            f"{rule.get('clause')}-{rule.get('testNumber')}",
            rule.findtext("description") or "",
            rule.findtext("check/errorMessage") or "",
            rule.findtext("check/context") or "",
            int(count) if count.isdigit() else 1,
        )
