"""What all commands that write files have in common: `--replace-signed`, and which files are no place for an output."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from letterpress.errors import Diagnostic, UsageError, shown_path
from letterpress.files import atomic, inputs, targets

if TYPE_CHECKING:
    from letterpress.model import Job, Letter

replace_signed_option = click.option(
    "--replace-signed", is_flag=True, help="Replace files that bear signatures as well, and say whose went."
)

_ARCHIVES = frozenset(".zip .7z .tar .gz .tgz".split())
_OTHER_ENDINGS = frozenset(
    ".doc .docx .odt .rtf .pages .html .htm .txt .md .markdown .tex .epub .png .jpg .jpeg .svg .ps .csv .xlsx".split()
)
"""Endings of files in other formats, which people ask for."""

Named = Iterable[tuple[str, Path | str | None]]
"""Pairs (option, path) of outputs; None is one that was not asked for."""


def check_inputs(written: Named, read: Iterable[Path | str | None]) -> None:
    """Refuse an output that is one of the files read, or another output.

    :raises UsageError: with every one that is.
    """
    outputs = [(option, Path(path)) for option, path in written if path is not None]
    files = [Path(path) for path in read if path is not None and "://" not in str(path)]
    inputs.check(outputs, files)


def check_pdf(path: Path | str | None, option: str = "--output") -> None:
    """Refuse the name of another format for what is a PDF.

    :raises UsageError: the file's ending is that of another format.
    """
    if path is None or Path(path).is_dir() or str(path).endswith("/"):
        return
    ending = Path(path).suffix.lower()
    if ending in _OTHER_ENDINGS | _ARCHIVES:
        instead = Path(path).with_suffix(".pdf")
        more = " --png" if ending in (".png", ".jpg", ".jpeg") else ""
        about: dict[str, Any] = {"code": "output-unsuitable", "value": str(path)}
        message, hint = f"letterpress writes PDF, and '{path}' ends in {ending}", f"write {instead}{more}"
        raise UsageError(message, field=option, hint=hint, **about)


def check_folder(
    path: Path | str | None, option: str = "--output", instead: str = "", *, archive: bool = False
) -> None:
    """Refuse the name of a file for a folder that is to be made.

    :param instead: how one file is asked for, if it can be.
    :param archive: whether a ZIP may be made instead.
    :raises UsageError: it ends as a file does.
    """
    if path is None or Path(path).exists() or str(path).endswith("/"):
        return
    ending = Path(path).suffix.lower()
    if ending == ".pdf" or ending in _OTHER_ENDINGS or (ending in _ARCHIVES and not (archive and ending == ".zip")):
        about: dict[str, Any] = {"code": "output-unsuitable", "value": str(path)}
        hint = f"name a folder, such as {Path(path).with_suffix('')}" + (f"; {instead}" if instead else "")
        raise UsageError(f"a folder is made here, and '{path}' ends in {ending}", field=option, hint=hint, **about)


def archive(path: str | None) -> Path | None:
    """The archive that an output names; None, where it is a folder."""
    if path is None or Path(path).suffix.lower() != ".zip" or Path(path).is_dir() or path.endswith("/"):
        return None
    return Path(path)


def check_free(written: Named, *, replace_signed: bool) -> None:
    """Find out before the work that an output could not be written after it.

    :raises LetterpressError: a file cannot be written, or bears a signature.
    """
    from letterpress import output

    for _, path in written:
        if path is not None:
            output.check(Path(path), replace_signed=replace_signed)


def folder_of(letter: str) -> Path:
    """Find the folder that a letter goes to where the command does not say one: the project's, else `out/`.

    :raises LetterpressError: the project's file has faults.
    """
    from letterpress.content import defaults

    found = defaults.output_folder(Path(letter))
    return Path("out") if found is None else Path(shown_path(found))


def no_folder(path: Path, what: str) -> UsageError:
    """Make the fault of a file where a folder is needed.

    :param what: what is to go into it: `letters`.
    """
    message = f"'{path}' is a file; {what} need a folder"
    about = {"code": "output-is-file", "value": str(path)}
    return UsageError(message, field="--output", hint="name a folder with -o", **about)


def is_stdout(path: Path | str | None) -> bool:
    """Whether an output is this command's stdout, as `-` is."""
    return path is not None and (str(path) == "-" or targets.descriptor_of(Path(path)) == 1)


def check_stdout(path: Path | str | None, *, as_json: bool, option: str = "--output") -> None:
    """:raises UsageError: an output and JSON would both go to stdout."""
    if as_json and is_stdout(path):
        message = "a file and JSON cannot both go to stdout"
        raise UsageError(message, field=option, hint="name a file", code="options-conflict")


def read_by(job: Job) -> list[Path]:
    """The files that a letter is made of: its text, the people and organisations it names, images, enclosures, and
    its letterhead."""
    from letterpress.batch import named_files

    return [Path(job.letter.path), *named_files.files(job), *of_letter(job.letter)]


def of_letter(letter: Letter) -> list[Path]:
    """The files that a letter's fields are written in."""
    return [Path(file) for file in sorted({file for file, _ in letter.places.values()})]


def write_version(
    snapshot: atomic.Snapshot, target: Path, content: bytes, *, replace_signed: bool
) -> tuple[Diagnostic, ...]:
    """Write the signed version of a file that was read; gives what is to be said of it.

    :raises LetterpressError: it cannot be written, or another file that bears a signature stands there.
    """
    from letterpress import output

    guard = output.Guard(target, replace_signed=replace_signed)
    atomic.write_version(snapshot, target, content, guard=guard)
    return guard.diagnostics


def check_run_folder(folder: Path) -> None:
    """:raises UsageError: a file lies there, or a run on many machines, whose letters would then be there twice."""
    if folder.exists() and not folder.is_dir():
        raise no_folder(folder, "letters")
    from letterpress.shards import run

    if (folder / run.NAME).is_file():
        hint = "go on with it by --on or `letterpress shard`, or name another folder with -o"
        message = "a run on many machines was planned here"
        raise UsageError(message, file=str(folder), field="--output", hint=hint, code="run-other")


def check_journal(place: str) -> None:
    """:raises UsageError: a run on one machine has the folder that a run on many is to be planned into."""
    from letterpress.files import inputs

    if "://" not in place and (Path(place) / inputs.JOURNAL).is_dir():
        hint = "name another folder with -o, or leave out --on to go on with it"
        message = f"the letters of a merge on this machine lie here ({inputs.JOURNAL})"
        raise UsageError(message, file=place, field="--output", hint=hint, code="run-other")
