"""Options that do the same have the same defaults, and one that changes nothing is not taken in silence."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click
import pytest

from letterpress.cli import COMMANDS
from tests.pairs import axes, judging, letters
from tests.support.project import LETTER, Project

OTHERWISE = {
    "--letterhead": {"new", "init", "sign"},  # of a project to begin; of the stamp
    "--return-address": {"envelopes", "labels"},  # a label has no room for it, unless it is asked for
    "--port": {"studio", "serve"},  # any free one; one that is written down
    "--duplex": {"package"},  # as the merge was
}
"""Options whose defaults differ, and the commands where they do; each with its reason."""


def defaults() -> dict[str, dict[str, Any]]:
    """Option -> command -> default."""
    found: dict[str, dict[str, Any]] = {}
    for name, (where, _) in COMMANDS.items():
        module, _, function = where.partition(":")
        command = getattr(import_module(module), function)
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                default = parameter.get_default(click.Context(command), call=False)
                found.setdefault(max(parameter.opts, key=len), {})[name] = (
                    default if isinstance(default, str | int | float) and default else None
                )
    return found


def test_defaults_of_an_option_agree_or_their_reason_is_listed() -> None:
    for option, of in defaults().items():
        named = {command: default for command, default in of.items() if command not in OTHERWISE.get(option, ())}
        assert len({str(default) for default in named.values()}) <= 1, f"{option}: {of}"


@pytest.mark.parametrize("command", ["envelopes", "labels"])
def test_options_of_the_letters_pages_are_told_to_change_nothing(project: Project, command: str) -> None:
    letters.write(project, judging.whole({"command": command}))
    options = ("--copy", "file", "--sign", "Jo Lind=conformed", "--enclosures", "refuse", "--tac", "280", "--marks")
    ran = project.cli(*axes.TYPED[command].split(), LETTER, "--data", "list.json", *options, "--json")
    assert ran.code == 0, ran.err
    told = [one["field"] for one in ran.faults if one["code"] == "option-useless"]
    assert told == ["--copy", "--sign", "--enclosures", "--marks", "--tac"]
    plain = project.cli(*axes.TYPED[command].split(), LETTER, "--data", "list.json", "--json")
    assert (plain.json["sha256"], plain.faults) == (ran.json["sha256"], [])
