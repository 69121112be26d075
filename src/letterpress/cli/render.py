"""`letterpress render`."""

from __future__ import annotations

import contextlib
import functools
import gc
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from letterpress.cli import finished, options, outputs, passphrases
from letterpress.cli import output as cli_output
from letterpress.errors import ExitCode, LetterpressError, UsageError
from letterpress.model import Letter, Result
from letterpress.processes import compiled, stages

if TYPE_CHECKING:
    from letterpress.output import Output
    from letterpress.signing import Series


STDIN = "-"
"""The letter that is read from the standard input; its files are looked for from the working folder."""


@cli_output.command(
    epilog="Example: letterpress render content/letters/korea-policy.md --copy conformed -o out/conformed.pdf"
)
@click.argument("letters", nargs=-1, required=True, metavar="LETTER.md...")
@click.option(
    "-o",
    "--output",
    callback=cli_output.named,
    metavar="PATH",
    help="A file, a folder for several, or - for stdout. [out/<slug>.pdf]",
)
@options.options
@options.strict_option
@options.limited()
@click.option("--overlay", is_flag=True, help="Draw the standard's field, windows, folds and clear zones over page 1.")
@click.option("--copies", is_flag=True, help="The original, a copy for each of cc and bcc, and one for the file.")
@finished.open_option
@finished.png_options
@outputs.replace_signed_option
@passphrases.on_behalf_option
@click.option("--tsa", metavar="URL", help="Timestamp server (RFC 3161) for signing at once.")
@click.option(
    "--passphrase-fd", type=int, metavar="N", help="Read the keys' passphrases from file descriptor N, a line each."
)
def render(
    letters: tuple[str, ...],
    output: str | None,
    copies: bool,
    open_it: bool,
    png: bool,
    dpi: int | None,
    tsa: str | None,
    passphrase_fd: int | None,
    on_behalf: bool,
    as_json: bool,
    **chosen: Any,
) -> int:
    """Make a PDF of each LETTER.md; - is the standard input.

    Prints path and page count of each PDF. A letter that fails leaves no file, and does not keep the others from
    being made. A file that bears a signature is left as it is: the letter fails, unless it has not changed.
    """
    if output is not None and outputs.is_stdout(output):
        output = "-"
    if output == "-" and (as_json or len(letters) > 1):
        raise UsageError("one PDF can go to stdout, without --json", field="--output", code="options-conflict")
    if output == "-" and (png or open_it):
        message = "a PDF that goes to stdout is no file that could be opened or drawn beside"
        raise UsageError(
            message, field="--png" if png else "--open", hint="name a file with -o", code="options-conflict"
        )
    outputs.check_pdf(output)
    if copies and (output == "-" or chosen["copy"] != "original"):
        message = "--copies makes several files, one for each copy"
        raise UsageError(message, field="--copies", hint="leave out the other", code="options-conflict")
    chosen["dpi"] = finished.check_png(png=png, dpi=dpi)
    chosen["sign"], keys = options.ways_and_keys(chosen["sign"], chosen["profile"])
    options.chosen(chosen)
    signing = _Signing(keys, tsa, passphrase_fd, chosen["letterhead"], on_behalf=on_behalf)
    targets = _targets(letters, output)
    read: list[str | Path] = [*(letter for letter in letters if letter != STDIN), *(path for _, path in keys)]
    outputs.check_inputs((("--output", target) for target in targets), read)
    results: list[Result] = []
    code = ExitCode.DONE
    with cli_output.progress(len(letters), "letters") as step:
        for path, target in zip(letters, targets, strict=True):
            for made in _rendered(path, target, chosen, signing, copies):
                code = max(code, made.code)
                results.append(made.result)
                if not made.told:
                    _say(made.result, as_json, target)
                    stages.keep(made._replace(told=True))
            step()
            compiled.end()  # all is loaded
            if not gc.isenabled():  # see __main__
                gc.freeze()  # what was loaded stays: looking through it takes longer than a letter. Once only
                gc.enable()
    ended = max(code, cli_output.letters(results, as_json))
    if open_it:
        _open([Path(result.output) for result in results if result.status != "failed" and result.output])
    return ended


def _open(made: list[Path]) -> None:
    """Open the letter; of several the folder that they are all in."""
    if len(made) == 1:
        finished.show(made[0])
    elif made:
        finished.show(Path(os.path.commonpath([path.resolve().parent for path in made])))


class _Signing:
    """The keys of `--sign NAME=KEY.p12`, opened once, when the first letter is there to be signed."""

    def __init__(
        self,
        keys: tuple[tuple[str, Path], ...],
        tsa: str | None,
        descriptor: int | None,
        letterhead: str | None,
        *,
        on_behalf: bool,
    ) -> None:
        self.on_behalf = on_behalf
        self.keys = keys
        self.tsa = tsa
        self.descriptor = descriptor
        self.letterhead = letterhead
        self.series: Series | None = None

    def _opened(self) -> list[tuple[str, Path, str | None, Any]]:
        return passphrases.opened(self.keys, self.descriptor, on_behalf=self.on_behalf)

    def sign(self, result: Result, letter: Letter) -> Result:
        """The letter, signed with all keys; as it is, if there are none."""
        if not self.keys or result.pdf is None:
            return result
        from letterpress import signing, stamp

        if self.series is None:
            signers = [(name, signer) for name, _, _, signer in self._opened()]
            # on behalf: whose keys they are has been looked at
            self.series = signing.Series(signers, tsa=self.tsa, on_behalf=True)
        head = self.letterhead or letter.letterhead
        return stamp.sign(result, self.series, letterhead_name=head, root=letter.root)


def _targets(letters: tuple[str, ...], output: str | None) -> list[Path | None]:
    """Where each PDF goes; None is stdout.

    :raises UsageError: two letters would go to one file, or a file is given for several.
    """
    if output == "-":
        return [None]
    folder = Path(output or ".")
    single = output is not None and len(letters) == 1 and not output.endswith("/") and not folder.is_dir()
    if single:
        return [folder]
    if folder.exists() and not folder.is_dir():
        raise outputs.no_folder(folder, "several letters")
    targets: dict[Path, str] = {}
    for letter in letters:
        folder = outputs.folder_of(letter) if output is None else folder
        target = folder / f"{_slug(letter)}.pdf"
        if target in targets:
            message = f"'{targets[target]}' and '{letter}' would both become '{target}'"
            about: dict[str, Any] = {"code": "output-doubled", "value": str(target)}
            raise UsageError(message, hint="render them in two runs, into two folders", **about)
        targets[target] = letter
    return list(targets)


def _slug(letter: str) -> str:
    from letterpress.content import reader

    return "letter" if letter == STDIN else reader.slug_of(Path(letter))


@functools.cache
def _stdin() -> bytes:
    stages.once()
    return sys.stdin.buffer.read()


def _read(letter: str) -> Letter:
    """Read a letter that is to be made; that of the standard input is read once, whatever is made of it.

    :raises LetterpressError: it cannot be read, or has faults.
    """
    from letterpress import api

    return api.read_text(_stdin(), STDIN, name="letter.md") if letter == STDIN else api.read(letter)


class _Made(NamedTuple):
    """One letter, and what the shell is told of it."""

    result: Result
    code: ExitCode
    told: bool = False
    """Whether an earlier process has told it; see `stages`."""


def _rendered(
    path: str, target: Path | None, chosen: dict[str, Any], signing: _Signing, every: bool
) -> Iterator[_Made]:
    """The letter, or with `every` all its copies, one after the other."""
    if not every or target is None:
        yield _render_one(path, target, chosen, signing)
        return
    from letterpress.batch import copies

    letter = None
    with contextlib.suppress(LetterpressError):  # rendering it says why
        stages.begin(path, "reading the letter")
        letter = _read(path)
    if letter is None:
        yield _render_one(path, target, chosen, signing)
        return
    for copy, name in copies.file_names(target.name.removesuffix(".pdf"), letter):
        made = _render_one(path, target.with_name(f"{name}.pdf"), {**chosen, "copy": copy}, signing)
        yield made._replace(result=replace(made.result, id=name))


def _render_one(path: str, target: Path | None, chosen: dict[str, Any], signing: _Signing) -> _Made:
    from letterpress import api, output, pipeline

    try:
        earlier: _Made | None = stages.begin(path, "reading the letter")
        if earlier is not None:
            return earlier
        letter = _read(path)
        job = api.in_language(replace(options.checked_job(letter, target, chosen), overlay=chosen["overlay"]))
        job = replace(job, signed_by=tuple(name for name, _ in signing.keys))
        result = job.judged(signing.sign(pipeline.press(job), letter))
        if result.pdf is not None:
            stages.at("writing the letter")
            if target is None:
                sys.stdout.buffer.write(result.pdf)
            else:
                outputs.check_inputs([("--output", target)], outputs.read_by(job) if target.exists() else ())
                written = output.write(target, result.pdf, replace_signed=chosen["replace_signed"])
                if chosen["dpi"] is not None:
                    notes = finished.draw(result.pdf, target, chosen["dpi"], outputs.read_by(job))[1]
                    result = replace(result, diagnostics=(*result.diagnostics, *notes))
                result = _written(result, written)
    except LetterpressError as error:
        failed = Result(id=_slug(path), source=path, status="failed", diagnostics=error.diagnostics)
        return _Made(failed, error.exit_code)
    return _Made(replace(result, pdf=None), ExitCode.FAILED if result.status == "failed" else ExitCode.DONE)


def _written(result: Result, written: Output) -> Result:
    """The result with what became of its file."""
    result = replace(result, diagnostics=(*result.diagnostics, *written.diagnostics))
    return result if written.kept is None else replace(result, status="skipped", sha256=written.kept)


def _say(result: Result, as_json: bool, target: Path | None) -> None:
    cli_output.diagnostics(result.diagnostics)
    if result.status == "done" and not as_json and target is not None:
        cli_output.say(f"{result.output} ({cli_output.count(result.pages or 0, 'page')})")
