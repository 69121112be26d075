"""Where the values of a letterhead's parameters come from: the firm, the project, the letter, and what is chosen.

Not here: what a parameter may be (`definition`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from letterpress.errors import Diagnostic
from letterpress.letterhead import definition
from letterpress.letterhead.definition import Letterhead
from letterpress.model import Job


def firm(job: Job) -> Mapping[str, Any]:
    """Give what the sender says of its letters' look."""
    return job.letter.sender.design if job.letter.sender is not None else {}


def given(job: Job, head: Letterhead) -> tuple[dict[str, Any], list[Diagnostic]]:
    """Gather the values of a letterhead's parameters: the firm's, the project's before them, the letter's before these,
    and what is chosen before all. What a letterhead does not have of a firm's design, or of what a project says for
    another letterhead, is left out; a choice that it does not have is noted.
    """
    letter = job.letter
    of_firm, notes = _fitting(firm(job), head, "from.design")
    project = letter.project_parameters
    if head.name != letter.project_letterhead:
        project, more = _fitting(project, head, "parameters")
        notes += more
    fit = {"fit": letter.fit} if letter.fit else {}
    own = {**fit, **letter.stationery, **(letter.parameters if _takes_parameters(job, head) else {})}
    return {**of_firm, **project, **own, **dict(job.choices.parameters)}, notes


def _fitting(values: Mapping[str, Any], head: Letterhead, field: str) -> tuple[dict[str, Any], list[Diagnostic]]:
    """Give what a letterhead can do of what is said for any letterhead, and a note of each choice that it has not."""
    fitting = {name: value for name, value in values.items() if name in head.parameters}
    notes = []
    for fault in definition.parameters(head, fitting)[1]:
        name = fault.path.partition(".")[2]
        if fault.code == "choice-unknown":
            del fitting[name]
            message = f"the letterhead '{head.name}' has no {name.replace('_', ' ')} '{fault.value}': it keeps its own"
            known = (("letterhead", head.name), *fault.params)
            more: dict[str, Any] = {"code": "design-unfit", "value": fault.value, "params": known}
            hint = f"it has {', '.join(head.parameters[name].choices)}"
            notes.append(Diagnostic(severity="note", message=message, field=f"{field}.{name}", hint=hint, **more))
    return fitting, notes


def faults(head: Letterhead, values: Mapping[str, Any], firm: Collection[str] = ()) -> list[Diagnostic]:
    """Say which of the values are not what their parameters may be.

    :param firm: names of those that the sender says in its `design`.
    """
    found = definition.parameters(head, values)[1]
    said = (
        fault._replace(path=f"from.design.{name}") if (name := fault.path.partition(".")[2]) in firm else fault
        for fault in found
    )
    return [fault.as_diagnostic(file=None, line=None) for fault in said]


def _takes_parameters(job: Job, head: Letterhead) -> bool:
    """A letter's parameters are for its own letterhead; another one takes them if it knows them all by name."""
    own = job.choices.letterhead in (None, job.letter.letterhead)
    return own or set(job.letter.parameters) <= set(head.parameters)
