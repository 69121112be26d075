"""`letterpress render`."""

from __future__ import annotations

import datetime
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from letterpress.cli import report
from letterpress.errors import Diagnostic, ExitCode, LetterpressError, UsageError
from letterpress.model import COPIES, PROFILES, SIGN_MODES, Job, Letter, Result


def _pairs(kind: str) -> Any:
    def read(_: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        pairs = []
        for one in given:
            name, equals, value = one.partition("=")
            if not equals or not name.strip():
                raise click.BadParameter(f"'{one}' is not {kind}", param=parameter)
            pairs.append((name.strip(), value))
        return tuple(pairs)

    return read


def _date(_: click.Context, parameter: click.Parameter, given: str | None) -> datetime.date | None:
    if given is None:
        return None
    try:
        if len(given) == 10:
            return datetime.date.fromisoformat(given)
    except ValueError:
        pass
    raise click.BadParameter(f"'{given}' is not a date: write YYYY-MM-DD", param=parameter)


@report.command(
    epilog="Example: letterpress render content/letters/korea-policy.md --copy conformed -o out/conformed.pdf"
)
@click.argument("letters", nargs=-1, required=True, metavar="LETTER.md...")
@click.option("-o", "--output", metavar="PATH", help="A file, a folder for several, or - for stdout. [out/<slug>.pdf]")
@click.option("--letterhead", metavar="NAME", help="Instead of the letter's own; see `letterpress letterheads`.")
@click.option("--lang", metavar="TAG", help="Language, as a BCP 47 tag: en-US, de-CH.")
@click.option("--paper", type=click.Choice(["a4", "letter"]), help="Paper size.")
@click.option(
    "--copy", type=click.Choice(COPIES), default="original", show_default=True, help="Which copy of the letter."
)
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    default="archive",
    show_default=True,
    help="archive: PDF/A-3a and PDF/UA-1; screen: a plain PDF.",
)
@click.option("--date", metavar="YYYY-MM-DD", callback=_date, help="The letter's date.")
@click.option(
    "--set",
    "values",
    metavar="FIELD=VALUE",
    multiple=True,
    callback=_pairs("FIELD=VALUE"),
    help="Give a field its value.",
)
@click.option(
    "--sign",
    "sign",
    metavar="NAME=WAY",
    multiple=True,
    callback=_pairs("NAME=WAY"),
    help=f"How NAME signs: {', '.join(SIGN_MODES)}; or a key (.p12), to sign digitally at once.",
)
@click.option("--tsa", metavar="URL", help="Timestamp server (RFC 3161) for signing at once.")
@click.option(
    "--passphrase-fd", type=int, metavar="N", help="Read the keys' passphrases from file descriptor N, a line each."
)
def render(
    letters: tuple[str, ...],
    output: str | None,
    tsa: str | None,
    passphrase_fd: int | None,
    as_json: bool,
    **choices: Any,
) -> int:
    """Make a PDF of each LETTER.md.

    Prints path and page count of each PDF. A letter that fails leaves no file, and does not keep the others from
    being made.
    """
    if output == "-" and (as_json or len(letters) > 1):
        raise UsageError("one PDF can go to stdout, without --json", field="--output")
    choices["sign"], keys = _ways_and_keys(choices["sign"])
    _check_sign(choices["sign"])
    signing = _Signing(keys, tsa, passphrase_fd, choices["letterhead"])
    targets = _targets(letters, output)
    results: list[Result] = []
    code = ExitCode.DONE
    with report.progress(len(letters), "letters") as step:
        for path, target in zip(letters, targets, strict=True):
            result, failed = _render_one(path, target, choices, signing)
            code = max(code, failed)
            results.append(result)
            _say(result, as_json, target)
            step()
    return max(code, report.letters(results, as_json))


def _ways_and_keys(
    pairs: tuple[tuple[str, str], ...],
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, Path], ...]]:
    """Ways of signing, and the keys among them: a key's signatory signs digitally."""
    keys = tuple((name, Path(way)) for name, way in pairs if way.lower().endswith((".p12", ".pfx")))
    named = dict(keys)
    return tuple((name, "digital" if name in named else way) for name, way in pairs), keys


class _Signing:
    """The keys of `--sign NAME=KEY.p12`, opened once, when the first letter is there to be signed."""

    def __init__(
        self, keys: tuple[tuple[str, Path], ...], tsa: str | None, descriptor: int | None, letterhead: str | None
    ) -> None:
        self.keys = keys
        self.tsa = tsa
        self.descriptor = descriptor
        self.letterhead = letterhead
        self.signers: list[tuple[str, Any]] = []

    def sign(self, result: Result, letter: Letter) -> Result:
        """The letter, signed with all keys; as it is, if there are none."""
        if not self.keys or result.pdf is None:
            return result
        from letterpress import pipeline
        from letterpress.cli import sign as commands

        if not self.signers:
            self.signers = [(name, signer) for name, _, _, signer in commands.opened(self.keys, self.descriptor)]
        head = self.letterhead or letter.letterhead
        return pipeline.sign(result, self.signers, letterhead_name=head, root=letter.root, tsa=self.tsa)


def _check_sign(pairs: tuple[tuple[str, str], ...]) -> None:
    for name, way in pairs:
        if way not in SIGN_MODES:
            raise UsageError(
                f"'{way}' is no way to sign for {name}", field="--sign", hint=f"one of {', '.join(SIGN_MODES)}"
            )


def _targets(letters: tuple[str, ...], output: str | None) -> list[Path | None]:
    """Where each PDF goes; None is stdout.

    :raises UsageError: two letters would go to one file, or a file is given for several.
    """
    from letterpress.content import slug_of

    if output == "-":
        return [None]
    folder = Path("out") if output is None else Path(output)
    single = output is not None and len(letters) == 1 and not output.endswith("/") and not folder.is_dir()
    if single:
        return [folder]
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"'{folder}' is a file; several letters need a folder", field="--output")
    targets: dict[Path, str] = {}
    for letter in letters:
        target = folder / f"{slug_of(Path(letter))}.pdf"
        if target in targets:
            hint = "render them in two runs, into two folders"
            raise UsageError(f"'{targets[target]}' and '{letter}' would both become '{target}'", hint=hint)
        targets[target] = letter
    return list(targets)


def _render_one(
    path: str, target: Path | None, choices: dict[str, Any], signing: _Signing
) -> tuple[Result, ExitCode]:
    from letterpress import content, output, pipeline

    try:
        letter, faults = content.examine(path)
        if letter is None or any(fault.severity == "error" for fault in faults):
            more = pipeline.check(Job(letter=letter)) if letter is not None else []
            raise LetterpressError(dict.fromkeys([*faults, *more]))
        job = _job(letter, target, choices)
        result = signing.sign(pipeline.press(job), letter)
        if result.pdf is not None:
            if target is None:
                sys.stdout.buffer.write(result.pdf)
            else:
                output.write(target, result.pdf)
    except LetterpressError as error:
        failed = Result(id=content.slug_of(Path(path)), source=path, status="failed", diagnostics=error.diagnostics)
        return failed, error.exit_code
    return replace(result, pdf=None), ExitCode.FAILED if result.status == "failed" else ExitCode.DONE


def _job(letter: Letter, target: Path | None, choices: dict[str, Any]) -> Job:
    from letterpress import fill, letterhead

    wrong = [
        Diagnostic(message=f"the letter has no field '{name}'", file=letter.path, field="--set", hint=hint)
        for name, hint in fill.unknown_names(letter, [name for name, _ in choices["values"]])
    ]
    if choices["letterhead"]:
        try:
            letterhead.find(choices["letterhead"], letter.root)
        except LetterpressError as error:
            if error.diagnostics[0].file is None:
                wrong.append(replace(error.diagnostics[0], field="--letterhead"))
    if choices["lang"]:
        from letterpress import language

        try:
            language.check(choices["lang"])
        except LetterpressError as error:
            wrong.append(replace(error.diagnostics[0], field="--lang"))
    if wrong:
        raise UsageError(wrong)
    return Job(letter=letter, output=None if target is None else str(target), **choices)


def _say(result: Result, as_json: bool, target: Path | None) -> None:
    report.diagnostics(result.diagnostics)
    if result.status == "done" and not as_json and target is not None:
        pages = "1 page" if result.pages == 1 else f"{result.pages} pages"
        report.say(f"{result.output} ({pages})")
