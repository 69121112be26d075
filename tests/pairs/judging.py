"""Tries rows, and says what is wrong with what comes of them."""

from __future__ import annotations

import shutil
from functools import lru_cache

from tests.pairs import apart, axes, covering, looks, running
from tests.pairs.covering import Row
from tests.support.project import Project


@lru_cache(maxsize=2)
def rows(strength: int, *, every: bool = False) -> list[Row]:
    """The rows of the covering set.

    :param every: of all axes and values, and not of the suite's alone.
    """
    chosen = {axis: list(values) for axis, values in axes.AXES.items()}
    if not every:
        chosen = {axis: values.split() for axis, values in axes.SUITE.items()}
    known = {(axis, value) for axis, values in chosen.items() for value in values}
    never = [one for one in (*axes.not_asked(), *apart.never()) if one <= known]
    return [whole(row) for row in covering.rows(chosen, strength, never)]


def whole(row: Row) -> Row:
    """A row with a value of each axis; what it does not say asks for nothing."""
    return {axis: row.get(axis, axes.default(axis)) for axis in axes.AXES}


def shown(row: Row) -> str:
    """What a row asks for, in a line."""
    return " ".join(f"{axis}={value}" for axis, value in row.items() if value != axes.default(axis)) or "nothing more"


class Desk:
    """A project that is made anew for each row, and a bucket."""

    def __init__(self, project: Project, bucket: str, *, validate: bool = False) -> None:
        self.project = project
        self.bucket = bucket
        self._validate = validate
        """Whether a validator looks at a file of each row."""
        self._count = 0

    def works(self, row: Row) -> list[str]:
        """Try a row; gives what is wrong with what comes of it."""
        outcome = self._run(row)
        if row["strict"] == "strict" and outcome.code:
            loose = self._run(row, strict=False)
            warned = {one["code"] for one in loose.faults if one["severity"] == "warning"} | {"nothing-to-combine"}
            if outcome.code == 1 and outcome.errors and {one["code"] for one in outcome.errors} <= warned:
                outcome = loose
        said = _trouble(outcome) if outcome.code else looks.faults(self.project, outcome)
        if self._validate and not outcome.code:
            made = [*outcome.made.values()][:1] if row["pack"] != "spool" else []
            said += [
                f"is not what it claims: {one}"
                for pdf in [*made, *outcome.combined.values()]
                for one in looks.kept(pdf)
            ]
        return [f"{shown(row)}: {one}" for one in said]

    def refuses(self, values: apart.Apart) -> list[str]:
        """Try values that go apart; gives what is wrong with their refusal."""
        row = whole({"command": _command(values.values), **values.values})
        outcome = self._run(row)
        found = [one for one in outcome.errors if one["code"] == values.code]
        if not outcome.refused or not found:
            return [f"{shown(row)}: is to be refused with {values.code}: {outcome.code}, {_trouble(outcome)}"]
        if outcome.made and row["command"] != "variants":
            return [f"{shown(row)}: is refused, and there is {list(outcome.made)}"]
        text = f"{found[0]['message']} {found[0]['field']} {found[0]['hint']}"
        return [f"{shown(row)}: the refusal does not name {said}: {text}" for said in values.said if said not in text]

    def _run(self, row: Row, *, strict: bool | None = None) -> running.Outcome:
        for one in self.project.root.iterdir():
            shutil.rmtree(one) if one.is_dir() else one.unlink()
        self._count += 1
        return running.run(self.project, row, f"{self.bucket}/{self._count}", strict)


def _trouble(outcome: running.Outcome) -> list[str]:
    errors = [f"{one['code']}: {one['message']}" for one in outcome.errors[:4]]
    return [f"exit {int(outcome.code)}: {errors or outcome.said}"]


def _command(values: Row) -> str:
    """The first way to make letters that takes the values."""
    return next(
        command
        for command in ("render", "merge", "on-local")
        if all(axes.can_ask(command, axis, value) for axis, value in values.items() if axis != "command")
    )
