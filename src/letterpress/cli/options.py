"""Makes the options of commands that make letters, and the job that they choose.

Not here: what can be chosen (letterhead/choices.py).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from letterpress.cli import output
from letterpress.errors import Diagnostic, UsageError, fixes, nearest
from letterpress.letterhead import choices
from letterpress.model import Choices, Job, Letter
from letterpress.page import PRESS_PROFILES
from letterpress.processes import stages
from letterpress.processes.limits import LEAST_MEMORY_MB, MEMORY_MB, SECONDS, Limits


def pairs(kind: str) -> Any:
    """Make a click callback that reads NAME=VALUE pairs."""

    def read(_: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        values = []
        for text in given:
            name, equals, value = text.partition("=")
            if not equals or not name.strip():
                fault = Diagnostic(message=f"'{text}' is not {kind}", code="pair-wrong", value=text)
                raise output.WrongValue(fault, parameter)
            values.append((name.strip(), value))
        return tuple(values)

    return read


def _read(_: click.Context, parameter: click.Parameter, given: str | bool | None) -> Any:
    """A click callback that reads what an option chooses."""
    try:
        return None if given is None else choices.read(str(parameter.name), given)
    except UsageError as error:
        raise output.WrongValue(error.diagnostics[0], parameter) from None


def _option(spec: choices.ChoiceSpec) -> Callable[..., Any]:
    """Make the option of a choice."""
    default = getattr(choices.DEFAULTS, spec.name)
    if spec.switch:
        return click.option(spec.flag, spec.name, is_flag=True, help=spec.help, callback=_read)
    if spec.pairs:  # the values are read with the letter: one may be a key, or known to a letterhead alone
        about: dict[str, Any] = {"multiple": True, "callback": pairs(spec.shown)}
    else:
        about = {"default": default, "show_default": default is not None, "callback": _read}
    return click.option(spec.flag, spec.name, metavar=spec.shown, help=spec.help, **about)


def options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of all choices, and `--set`."""
    fields = click.option(
        "--set",
        "values",
        metavar="FIELD=VALUE",
        multiple=True,
        callback=pairs("FIELD=VALUE"),
        help="Give a field its value in all letters.",
    )
    for option in reversed([*(_option(spec) for spec in choices.TABLE), fields]):
        function = option(function)
    return function


strict_option = click.option("--strict", is_flag=True, help="Warnings count as errors.")


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


def job(letter: str, given: Mapping[str, Any]) -> Job:
    """Make the job that all letters share.

    :raises LetterpressError: the letter cannot be read or has faults.
    :raises UsageError: a choice does not exist.
    """
    from letterpress.batch import versions
    from letterpress.content import reader

    chosen(given)
    return versions.in_language(checked_job(reader.load(letter), None, given))


def folder(output: str | None, letter: str) -> Path:
    """Find out where the letters go: as said, else `<letter>/` in the project's folder for letters."""
    from letterpress.cli import outputs

    return outputs.folder_of(letter) / Path(letter).name.removesuffix(".md") if output is None else Path(output)


def chosen(given: Mapping[str, Any]) -> Choices:
    """Give what the options choose.

    :raises UsageError: with every value that does not exist.
    """
    try:
        return choices.chosen(choices.DEFAULTS, {spec.name: given[spec.name] for spec in choices.TABLE})
    except UsageError as error:
        raise UsageError(map(_of_option, error.diagnostics)) from None


def _of_option(fault: Diagnostic) -> Diagnostic:
    """The fault of a choice as one of its option: `--paper`, `--param align`."""
    name, _, key = (fault.field or "").partition(".")
    return replace(fault, field=f"{choices.BY_NAME[name].flag} {key}".rstrip())


def ways_and_keys(
    given: tuple[tuple[str, str], ...], profile: str | None
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, Path], ...]]:
    """Tell ways of signing from keys: a key's signatory signs digitally.

    :param profile: the letters'.
    :raises UsageError: there is a key, and such letters have no places for digital signatures.
    """
    keys = tuple((name, Path(way)) for name, way in given if way.lower().endswith((".p12", ".pfx")))
    if keys and profile in PRESS_PROFILES:
        from letterpress.letterhead import press_copies

        raise UsageError(press_copies.signed("--sign"))
    named = dict(keys)
    return tuple((name, "digital" if name in named else way) for name, way in given), keys


def checked_job(letter: Letter, target: Path | None, given: Mapping[str, Any]) -> Job:
    """Make the job of a letter as the options say.

    :param target: where its PDF goes.
    :raises UsageError: with every choice that does not exist, and every field that the letter does not have.
    """
    from letterpress.filling import checks

    wrong = [
        Diagnostic(
            message=f"the letter has no field '{name}'",
            file=letter.path,
            field="--set",
            hint=hint,
            code="field-unknown",
            value=name,
            fixes=fixes(name, nearest(name, checks.known_names(letter)), kind="rename"),
        )
        for name, hint in checks.unknown_names(letter, [name for name, _ in given["values"]])
    ]
    made = chosen(given)
    wrong += [_of_option(fault) for fault in choices.check(made, letter)]
    if wrong:
        raise UsageError(wrong)
    written = None if target is None else str(target)
    strict = bool(given.get("strict"))
    return Job(letter=letter, choices=made, values=given["values"], output=written, strict=strict)
