"""Options that say how letters look, and the job that they make: shared by all commands that make letters."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from letterpress.errors import Diagnostic, LetterpressError, UsageError
from letterpress.model import COPIES, PROFILES, SIGN_MODES, Job, Letter
from letterpress.processes import stages
from letterpress.processes.limits import LEAST_MEMORY_MB, MEMORY_MB, SECONDS, Limits

NAMES = ("letterhead", "lang", "paper", "copy", "profile", "date", "values", "sign")


def pairs(kind: str) -> Any:
    """A click callback that reads NAME=VALUE pairs."""

    def read(_: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        found = []
        for one in given:
            name, equals, value = one.partition("=")
            if not equals or not name.strip():
                raise click.BadParameter(f"'{one}' is not {kind}", param=parameter)
            found.append((name.strip(), value))
        return tuple(found)

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


def _copy(_: click.Context, parameter: click.Parameter, given: str) -> str:
    if given in COPIES:
        return given
    from letterpress.batch import copies

    try:
        copies.check(given)
    except UsageError as error:
        raise click.BadParameter(
            f"{error.diagnostics[0].message}; {error.diagnostics[0].hint}", param=parameter
        ) from None
    return given


def options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--letterhead`, `--lang`, `--paper`, `--copy`, `--profile`, `--date`, `--set` and `--sign`, as `render` has
    them."""
    found = [
        click.option(
            "--letterhead", metavar="NAME", help="Instead of the letter's own; see `letterpress letterheads`."
        ),
        click.option("--lang", metavar="TAG", help="Language, as a BCP 47 tag: en-US, de-CH."),
        click.option("--paper", type=click.Choice(["a4", "letter"]), help="Paper size."),
        click.option(
            "--copy",
            metavar="COPY",
            default="original",
            show_default=True,
            callback=_copy,
            help=f"{', '.join(COPIES)}; cc:NAME or bcc:NAME for one whom the letter names.",
        ),
        click.option(
            "--profile",
            type=click.Choice(PROFILES),
            default="archive",
            show_default=True,
            help="archive: PDF/A-3a and PDF/UA-1; screen: a plain PDF.",
        ),
        click.option("--date", metavar="YYYY-MM-DD", callback=_date, help="The letters' date."),
        click.option(
            "--set",
            "values",
            metavar="FIELD=VALUE",
            multiple=True,
            callback=pairs("FIELD=VALUE"),
            help="Give a field its value in all letters.",
        ),
        click.option(
            "--sign",
            "sign",
            metavar="NAME=WAY",
            multiple=True,
            callback=pairs("NAME=WAY"),
            help=f"How NAME signs: {', '.join(SIGN_MODES)}; render and merge also take a key (.p12), and sign at once.",
        ),
    ]
    for option in reversed(found):
        function = option(function)
    return function


def limited(*, hand_over: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--time-limit` and `--memory-limit`, which are in force before the function is called.

    :param hand_over: whether the function takes them too, as `limits`.
    """
    return lambda function: _limited(function, hand_over)


def _limited(function: Callable[..., Any], hand_over: bool) -> Callable[..., Any]:
    @functools.wraps(function)
    def run(*args: Any, time_limit: float, memory_limit: int, **given: Any) -> Any:
        chosen = Limits(seconds=time_limit, memory_mb=memory_limit)
        stages.under(chosen)
        return function(*args, **given, **({"limits": chosen} if hand_over else {}))

    memory = click.IntRange(min=LEAST_MEMORY_MB)
    options = [
        click.option(
            "--time-limit", type=click.FloatRange(min=0.1), default=SECONDS, show_default=True, metavar="S",
            help="Seconds for one letter or file.",
        ),
        click.option(
            "--memory-limit", type=memory, default=MEMORY_MB, show_default=True, metavar="MB",
            help="Memory for one letter or file.",
        ),
    ]  # fmt: skip
    for option in reversed(options):
        run = option(run)
    return run


def job(letter: str, chosen: Mapping[str, Any]) -> Job:
    """The job that all letters share.

    :raises LetterpressError: the letter cannot be read or has faults.
    :raises UsageError: a choice does not exist.
    """
    from letterpress.batch import variants
    from letterpress.content import reader

    check_sign(chosen["sign"])
    return variants.in_language(checked_job(reader.load(letter), None, chosen))


def folder(output: str | None, letter: str) -> Path:
    """Where the letters go: as said, else `out/<letter>/`."""
    return Path("out") / Path(letter).name.removesuffix(".md") if output is None else Path(output)


def check_sign(given: tuple[tuple[str, str], ...]) -> None:
    """:raises UsageError: a way of signing does not exist."""
    for name, way in given:
        if way not in SIGN_MODES:
            raise UsageError(
                f"'{way}' is no way to sign for {name}", field="--sign", hint=f"one of {', '.join(SIGN_MODES)}"
            )


def ways_and_keys(
    given: tuple[tuple[str, str], ...],
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, Path], ...]]:
    """Ways of signing, and the keys among them: a key's signatory signs digitally."""
    keys = tuple((name, Path(way)) for name, way in given if way.lower().endswith((".p12", ".pfx")))
    named = dict(keys)
    return tuple((name, "digital" if name in named else way) for name, way in given), keys


def checked_job(letter: Letter, target: Path | None, chosen: Mapping[str, Any]) -> Job:
    """The job of a letter as chosen; `target` is where its PDF goes.

    :raises UsageError: with every choice that does not exist.
    """
    from letterpress.filling import checks
    from letterpress.letterhead import definition

    wrong = [
        Diagnostic(message=f"the letter has no field '{name}'", file=letter.path, field="--set", hint=hint)
        for name, hint in checks.unknown_names(letter, [name for name, _ in chosen["values"]])
    ]
    if chosen["letterhead"]:
        try:
            definition.find(chosen["letterhead"], letter.root)
        except LetterpressError as error:
            if error.diagnostics[0].file is None:
                wrong.append(replace(error.diagnostics[0], field="--letterhead"))
    if chosen["lang"]:
        from letterpress.text import language

        try:
            language.check(chosen["lang"])
        except LetterpressError as error:
            wrong.append(replace(error.diagnostics[0], field="--lang"))
    if wrong:
        raise UsageError(wrong)
    return Job(letter=letter, output=None if target is None else str(target), **{name: chosen[name] for name in NAMES})
