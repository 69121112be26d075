"""Options that say how letters look, shared by commands that make many of one letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from letterpress.cli.render import _check_sign, _date, _job, _pairs, _ways_and_keys
from letterpress.model import COPIES, PROFILES, SIGN_MODES, Job

NAMES = ("letterhead", "lang", "paper", "copy", "profile", "date", "values", "sign")

pairs = _pairs
ways_and_keys = _ways_and_keys


def options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--letterhead`, `--lang`, `--paper`, `--copy`, `--profile`, `--date`, `--set` and `--sign`, as `render` has
    them."""
    found = [
        click.option(
            "--letterhead", metavar="NAME", help="Instead of the letter's own; see `letterpress letterheads`."
        ),
        click.option("--lang", metavar="TAG", help="Language, as a BCP 47 tag: en-US, de-CH."),
        click.option("--paper", type=click.Choice(["a4", "letter"]), help="Paper size."),
        click.option("--copy", type=click.Choice(COPIES), default="original", show_default=True, help="Which copy."),
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
            callback=_pairs("FIELD=VALUE"),
            help="Give a field its value in all letters.",
        ),
        click.option(
            "--sign",
            "sign",
            metavar="NAME=WAY",
            multiple=True,
            callback=_pairs("NAME=WAY"),
            help=f"How NAME signs: {', '.join(SIGN_MODES)}.",
        ),
    ]
    for option in reversed(found):
        function = option(function)
    return function


def job(letter: str, chosen: Mapping[str, Any]) -> Job:
    """The job that all letters share.

    :raises LetterpressError: the letter cannot be read or has faults.
    :raises UsageError: a choice does not exist.
    """
    from letterpress import content, variants

    _check_sign(chosen["sign"])
    given = {name: chosen[name] for name in NAMES}
    return variants.in_language(_job(content.load(letter), None, given))


def folder(output: str | None, letter: str) -> Path:
    """Where the letters go: as said, else `out/<letter>/`."""
    return Path("out") / Path(letter).name.removesuffix(".md") if output is None else Path(output)
