"""Signs the files that `letterpress sign` names, one after the other, with one key that is opened once.

A run that ends before its time is gone on with by the same command: what the signatory has signed is left as it is.

Not here: the command and its options (sign.py), and what a signature is (signing/).
"""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from letterpress.cli import output as report
from letterpress.cli import outputs
from letterpress.errors import Diagnostic, ExitCode, LetterpressError, UnreadableInput, UsageError
from letterpress.processes import stages

if TYPE_CHECKING:
    from letterpress.signing import SignedPdf, Signer


class File(NamedTuple):
    """One letter, and where its signed version goes."""

    file: Path
    target: Path
    found: bool = False
    """Whether it was found in a folder, where other PDFs may lie."""


class Files(NamedTuple):
    """What is to be signed."""

    files: tuple[File, ...]
    several: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How each of the letters is signed."""

    name: str | None
    """In whose place."""
    level: Any
    letterhead: str | None
    """Whose stamp is set; None for none."""
    root: Path
    replace_signed: bool
    options: dict[str, Any]
    """Of `signing.sign`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of one letter; picklable, so that another process can go on."""

    file: str
    output: str | None = None
    status: Literal["signed", "failed", "skipped"]
    details: dict[str, Any] = field(default_factory=dict)
    """For JSON."""
    diagnostics: tuple[Diagnostic, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """One entry of the JSON document."""
        faults = [fault.as_json() for fault in self.diagnostics]
        about = {"file": self.file, "output": self.output, "status": self.status}
        return {**about, **self.details, "diagnostics": faults}


class Keys(contextlib.ExitStack):
    """The key, opened when the first letter is there to be signed, and kept open until the last one is."""

    def __init__(self, opener: Callable[[], contextlib.AbstractContextManager[Signer]]) -> None:
        super().__init__()
        self._opener = opener
        self._signer: Signer | None = None

    def signer(self) -> Signer:
        """:raises LetterpressError: it cannot be opened."""
        if self._signer is None:
            try:
                self._signer = self.enter_context(self._opener())
            except LetterpressError as error:
                raise NoKey(error) from error
        return self._signer


class NoKey(Exception):
    """The key cannot be opened: no letter can be signed."""

    def __init__(self, error: LetterpressError) -> None:
        super().__init__(error)
        self.error = error


def find(given: tuple[Path, ...], output: Path | None) -> Files:
    """Find the letters that files and folders name, and where each goes.

    :param output: a file for one letter, a folder for several; None: in their own places.
    :raises UsageError: two would go to one file, or a file is given for several.
    :raises UnreadableInput: a folder holds no PDF.
    """
    files: dict[Path, bool] = {}
    for path in given:
        if not path.is_dir():
            files[path] = False
            continue
        inner = [file for file in sorted(path.rglob("*.pdf")) if not _hidden(file.relative_to(path))]
        if not inner:
            raise UnreadableInput("holds no PDF", file=str(path), hint="name letters in PDF", code="file-missing")
        files |= {file: True for file in inner if file not in files}
    several = len(files) > 1 or any(files.values())
    if output is None:
        return Files(tuple(File(file, file, found) for file, found in files.items()), several)
    if not several and not output.is_dir():
        return Files(tuple(File(file, output) for file in files), several)
    outputs.check_folder(output)
    if output.exists() and not output.is_dir():
        raise outputs.no_folder(output, "several letters")
    targets: dict[Path, Path] = {}
    for file in files:
        target = output / file.name
        if target in targets:
            message = f"'{targets[target]}' and '{file}' would both become '{target}'"
            about: dict[str, Any] = {"code": "output-doubled", "value": str(target)}
            raise UsageError(message, hint="sign them in two runs, into two folders", **about)
        targets[target] = file
    if several:
        _make_folder(output)
    return Files(tuple(File(file, target, files[file]) for target, file in targets.items()), several)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"cannot be made: {error.strerror}"
        raise UsageError(message, file=str(folder), field="--output", code="folder-unusable") from error


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def one(chosen: File, order: Order, keys: Keys, *, as_json: bool, report_file: str | None) -> int:
    """Sign the only letter.

    :raises LetterpressError: it cannot be signed.
    """
    stages.begin(str(chosen.file), "looking at its earlier signatures", "file")
    outputs.check_free([("--report", report_file)], replace_signed=False)
    try:
        done, signed = _signed(chosen, order, keys)
    except NoKey as none:
        raise _placed(none.error, chosen.file) from none
    except LetterpressError as error:
        placed = _placed(error, chosen.file)
        _write_report(report_file, [Done(file=str(chosen.file), status="failed", diagnostics=placed.diagnostics)])
        raise placed from error
    _write_report(report_file, [])
    report.diagnostics(done.diagnostics)
    if as_json:
        about = {"file": done.file, "output": done.output, "sha256": done.details["sha256"]}
        report.document({**about, **signed.as_json()})
    report.say(_sentence(chosen.target, signed))
    return ExitCode.DONE


def all_of(chosen: Files, order: Order, keys: Keys, *, as_json: bool, report_file: str | None) -> int:
    """Sign every letter that can be signed; gives the exit code.

    :raises LetterpressError: the key cannot be opened.
    """
    outputs.check_free([("--report", report_file)], replace_signed=False)
    done: list[Done] = []
    try:
        with report.progress(len(chosen.files), "letters") as step:
            for each in chosen.files:
                done.append(_one_of_several(each, order, keys, as_json=as_json))
                step()
    except NoKey as none:
        raise none.error from none
    finally:
        _write_report(report_file, done)
    counts = {name: sum(each.status == name for each in done) for name in ("signed", "failed", "skipped")}
    if as_json:
        report.document({"letters": [each.as_json() for each in done], "summary": {"letters": len(done), **counts}})
    parts = [f"{counts['signed']} signed"] + [f"{counts[key]} {key}" for key in ("failed", "skipped") if counts[key]]
    report.say(", ".join(parts))
    if counts["failed"]:
        report.say("Mend what failed, and run the same command again: what is signed stays as it is.")
    return ExitCode.FAILED if counts["failed"] else ExitCode.DONE


def _one_of_several(each: File, order: Order, keys: Keys, *, as_json: bool) -> Done:
    """Sign one of several letters; what is wrong with it is its own fault."""
    signed: SignedPdf | None = None
    try:
        earlier: Done | None = stages.begin(str(each.file), "looking at its earlier signatures", "file")
        if earlier is not None:
            return earlier
        done, signed = _signed(each, order, keys)
    except LetterpressError as error:
        for_all = any(fault.code == "signer-refused" for fault in error.diagnostics)
        if for_all or (error.exit_code is ExitCode.USAGE and not isinstance(error, UnreadableInput)):
            raise  # the command is wrong, for all letters alike
        done = _not_signed(each, _placed(error, each.file))
    report.diagnostics(done.diagnostics)
    if signed is not None and not as_json:
        report.say(_sentence(each.target, signed))
    stages.keep(done)
    return done


def _not_signed(each: File, error: LetterpressError) -> Done:
    """A letter that needs no signature of NAME's is left out; any other has failed."""
    fault = error.diagnostics[0]
    params = dict(fault.params)
    own = fault.code == "field-signed" and params.get("signer") == params.get("signatory")
    none = each.found and fault.code == "signature-field-missing"
    if len(error.diagnostics) == 1 and (own or none):
        note = dataclasses.replace(fault, severity="note", hint=None)
        return Done(file=str(each.file), status="skipped", diagnostics=(note,))
    return Done(file=str(each.file), status="failed", diagnostics=error.diagnostics)


def _signed(each: File, order: Order, keys: Keys) -> tuple[Done, SignedPdf]:
    """Sign a letter, and write it.

    :raises LetterpressError: it cannot be signed or written.
    :raises NoKey: there is nothing to sign with.
    """
    from letterpress import signing, stamp
    from letterpress.files import atomic

    snapshot = atomic.read(each.file)
    atomic.check_writable(each.target)
    lang = _check_earlier(snapshot.data, order.name, each.file)
    signer = keys.signer()
    stages.at("signing")
    signed = signing.sign(
        snapshot.data,
        field=order.name or "",
        signer=signer,
        level=order.level,
        stamp=None if order.letterhead is None else stamp.of_letterhead(order.letterhead, lang, order.root),
        source=str(each.file),
        **order.options,
    )
    said = outputs.write_version(snapshot, each.target, signed.pdf, replace_signed=order.replace_signed)
    warnings = tuple(dataclasses.replace(item, file=str(each.file)) for item in signed.diagnostics)
    details = {**signed.as_json(), "sha256": hashlib.sha256(signed.pdf).hexdigest()}
    done = Done(
        file=str(each.file), output=str(each.target), status="signed", details=details, diagnostics=(*said, *warnings)
    )
    return done, signed


def _check_earlier(pdf: bytes, name: str | None, file: Path) -> str:
    """Refuse to sign if no name is given, or if the file has changed since an earlier signature.

    :returns: the letter's language.
    :raises UsageError: no name is given.
    :raises LetterpressError: an earlier signature no longer fits the file.
    """
    from letterpress import signing

    if name is None:
        places = signing.fields.places(signing.fields.open_pdf(pdf, str(file)))
        states = "; ".join(place.state() for place in places)
        hint = f"add --as NAME. {states}".strip()
        raise UsageError("in whose name is it to be signed?", hint=hint, code="option-missing")
    return signing.check_earlier(pdf, name, source=str(file))[1]  # before anybody is asked for a passphrase


def _placed(error: LetterpressError, file: Path) -> LetterpressError:
    """Add the file to each diagnostic of an error that names none."""
    diagnostics = [dataclasses.replace(item, file=item.file or str(file)) for item in error.diagnostics]
    return type(error)(diagnostics)


def _sentence(target: Path, signed: SignedPdf) -> str:
    rest = f"; still open: {', '.join(signed.open)}" if signed.open else "; all have signed"
    return f"{target}: signed by {signed.signer} for {signed.signatory} ({signed.level}){rest}"


def _write_report(path: str | None, done: list[Done]) -> None:
    """Write what is not signed as CSV: file, status, what is wrong, and what to do."""
    if path is None:
        return
    from letterpress import output
    from letterpress.recipients import records

    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("file", "status", "message", "hint"))
    for each in done:
        if each.status != "signed":
            for fault in each.diagnostics:
                row = (each.file, each.status, fault.message, fault.hint or "")
                writer.writerow([records.harmless(cell) for cell in row])
    output.write(Path(path), text.getvalue().encode("utf-8-sig"), hint="name another file with --report")
