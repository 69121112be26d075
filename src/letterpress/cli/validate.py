"""`letterpress validate`: what PDFs claim, and what of it holds.

Not here: how that is found (pdf/validation/).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

from letterpress.cli import options as cli_options
from letterpress.cli import output as report
from letterpress.errors import Diagnostic, ExitCode, LetterpressError
from letterpress.pdf.validation import Judgement, Validation
from letterpress.processes import stages
from letterpress.processes.limits import Limits

_SHOWN = 50
"""Findings of a file that are written out; all are in the JSON."""


@report.command(epilog="Example: letterpress validate out/offer.pdf")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--strict", is_flag=True, help="Warnings count as errors, and so does what could not be checked.")
@cli_options.limited(hand_over=True)
def validate(*, files: tuple[Path, ...], strict: bool, limits: Limits, as_json: bool) -> int:
    """Say which standards each FILE claims (PDF/A, PDF/UA, PDF/X), and whether it keeps them; - is the standard input.

    PDF/X-4 and PDF/X-1a are checked by letterpress's own rules. PDF/A and PDF/UA are checked by veraPDF, where it is
    installed; else they are "not checked". Exit code 1 if a rule is broken.
    """
    done: list[Validation] = []
    faults: list[Diagnostic] = []
    codes: set[ExitCode] = set()
    with report.progress(len(files), "files") as step:
        for file in files:
            try:
                verdict = _validated(file, limits)
            except LetterpressError as error:
                report.diagnostics(error.diagnostics)
                faults += error.diagnostics
                codes.add(error.exit_code)
            else:
                done.append(verdict)
                _describe(verdict)
            step()
    if as_json:
        report.document(
            {
                "files": [verdict.as_json() for verdict in done],
                "findings": [finding.as_json(verdict.file) for verdict in done for finding in verdict.findings],
                "diagnostics": [fault.as_json() for fault in faults],
                "passed": not faults and all(verdict.passed for verdict in done),
            }
        )
    if codes == {ExitCode.USAGE} and not done:
        return ExitCode.USAGE
    found = any(verdict.broken or (strict and verdict.findings) for verdict in done)
    return ExitCode.FAILED if codes or found else ExitCode.DONE


def _validated(file: Path, limits: Limits) -> Validation:
    """Validate one file.

    :raises LetterpressError: it cannot be read, or took more than it may.
    """
    from letterpress.pdf import validation

    earlier: Validation | None = stages.begin(str(file), "reading what it claims", "file")
    if earlier is not None:
        return earlier
    if str(file) != "-":
        verdict = validation.validate(file, limits=limits)
    else:
        stages.once()
        with tempfile.NamedTemporaryFile(suffix=".pdf") as copy:  # veraPDF reads files alone
            copy.write(sys.stdin.buffer.read())
            copy.flush()
            verdict = validation.validate(copy.name, shown="-", limits=limits)
    stages.keep(verdict)
    return verdict


def _describe(verdict: Validation) -> None:
    """Say what a file claims, what of it holds, and what is wrong."""
    for judgement in verdict.judgements:
        report.say(f"{verdict.file}: {judgement.claim.standard}: {_sentence(judgement)}")
    shown = [finding for finding in verdict.findings if finding.rule != "not-checked"]
    for finding in shown[:_SHOWN]:
        colour = {"error": "red", "warning": "yellow"}.get(finding.severity)
        click.echo(
            click.style(f"    {finding}", fg=colour) if verdict.judgements else f"{verdict.file}: {finding}", err=True
        )
    if len(shown) > _SHOWN:
        report.say(f"    and {len(shown) - _SHOWN} more; --json has all")


def _sentence(judgement: Judgement) -> str:
    """Say the verdict on one claim."""
    if judgement.verdict == "not checked":
        return f"not checked: {judgement.reason}"
    reason = f"; {judgement.reason}" if judgement.reason else ""
    return f"{'kept' if judgement.verdict == 'kept' else 'NOT KEPT'}, says {judgement.by}{reason}"
