"""Finds and reads the files that the look of a letter names: logo, fonts, printed paper.

A file is named as seen from what names it: the letter, the organisation's file, the letterhead's folder (or its
`assets/`); on the command line, the project's root. It lies in the project or in the letterhead.

Not here: what is made of a logo or a font (`design`, `faces`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from letterpress.carriers.values import Carrier
from letterpress.errors import Diagnostic, FieldError, Problem, shown_path
from letterpress.files import allowed
from letterpress.letterhead import definition
from letterpress.letterhead import design as designs
from letterpress.model import Job, frozendict
from letterpress.page import PaperPage

if TYPE_CHECKING:
    from letterpress.letterhead.definition import Letterhead


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A letterhead's parameters with their files found, and the design that they come to."""

    values: Mapping[str, Any]
    design: designs.Design
    faults: tuple[Diagnostic, ...]
    notes: tuple[Diagnostic, ...]


def read(
    job: Job,
    head: Letterhead,
    values: Mapping[str, Any],
    *,
    paper: str,
    firm: Iterable[str],
    carrier: Carrier | None = None,
) -> Read:
    """Find the files that the parameters name, and read the design.

    :param values: the letterhead's parameters with their values.
    :param firm: names of those whose values the sender gives.
    :param carrier: whom the letter is made for.
    """
    sources = _Sources(job, head, frozenset(firm))
    found = dict(values)
    faults: list[Diagnostic] = []
    for name in designs.FILES:
        if found.get(name):
            try:
                found[name] = sources.file(name, str(found[name]))
            except allowed.Refused as refused:
                faults.append(sources.fault(name, refused.problem))
                found[name] = None
    papers, unfit, notes = _papers(found, sources, paper)
    faults += unfit
    faces = None
    if found.get("font"):
        from letterpress.letterhead import faces as faces_  # here: few letters have a font of their own

        try:
            faces = faces_.read(str(found["font"]), lambda text: sources.folder("font", text))
        except FieldError as error:
            problem = Problem(error.message, error.hint, error.code, error.value, error.params, error.instead)
            faults.append(sources.fault("font", problem))
    given = sources.given
    standard = definition.standard_of(head, values, carrier)
    try:
        design, wrong, remarks = designs.read(
            found, sources.said, standard=standard, paper=paper, read_file=_reader(sources.roots)
        )
    except allowed.Refused as refused:
        faults.append(sources.fault("logo", refused.problem))
        design, wrong, remarks = designs.read(
            {**found, "logo": None}, sources.said, standard=standard, paper=paper, read_file=None
        )
    faults += [sources.fault(name, problem) for name, problem in wrong]
    notes += [replace(sources.fault(name, problem), severity="note") for name, problem in remarks]
    design = replace(design, stationery=papers)
    if faces is not None:
        design = replace(design, faces=faces)
        if faces.sans and "font_size" not in given and "font_size" in found:
            found["font_size"] = _half_a_point_less(str(found["font_size"]), head)
    return Read(values=frozendict(found), design=design, faults=tuple(faults), notes=tuple(notes))


def _papers(
    values: dict[str, Any], sources: _Sources, paper: str
) -> tuple[tuple[PaperPage | None, PaperPage | None], list[Diagnostic], list[Diagnostic]]:
    """Look at the firm's printed paper; gives that of page 1 and of the later ones, faults and notes."""
    pages: dict[str, PaperPage] = {}
    faults: list[Diagnostic] = []
    notes: list[Diagnostic] = []
    for name in designs.STATIONERY:
        if not values.get(name):
            continue
        from letterpress.pdf import stationery  # here: few letters have such paper

        file = str(values[name])
        try:
            found = stationery.read(file)
            designs.check_paper(Path(file).name, found.sizes, paper, single=name != designs.STATIONERY[0])
        except FieldError as error:
            faults.append(
                sources.fault(name, Problem(error.message, error.hint, error.code, error.value, error.params))
            )
            continue
        pages.update(
            {
                kind: PaperPage(file, number)
                for number, kind in enumerate(designs.STATIONERY, 1)
                if number <= found.pages
            }
            if name == designs.STATIONERY[0]
            else {name: PaperPage(file, 1)}
        )
        if found.links:
            message = f"'{Path(file).name}' has links, and a letter on it has none of them"
            said = Problem(message, None, "stationery-links", Path(file).name, (("links", found.links),))
            notes.append(replace(sources.fault(name, said), severity="note"))
    first, following = (pages.get(name) for name in designs.STATIONERY)
    return (first, following), faults, notes


def _half_a_point_less(size: str, head: Letterhead) -> str:
    """A sans looks larger: the letterhead's size less half a point, where that is for a serif."""
    serif = not head.fonts or head.fonts[0] != "Source Sans Pro"
    return f"{float(size[:-2]) - 0.5:g}pt" if serif and size.endswith("pt") else size


class _Sources:
    """What names the files of a letter's look, and where each looks for them."""

    def __init__(self, job: Job, head: Letterhead, firm: frozenset[str]) -> None:
        self.job, self.head, self.firm = job, head, firm
        self.root = Path(job.letter.root)
        self.roots = (str(self.root.resolve()), *head.folders)
        letter, chosen = job.letter, (name for name, _ in job.choices.parameters)
        self.given = {*firm, *letter.parameters, *letter.stationery, *letter.project_parameters, *chosen}
        """Parameters that anything else than the letterhead gives."""
        self.said = self.given | {name for name, spec in head.parameters.items() if spec.file is not None}
        """The same, with those whose default a letterhead of the project gives."""

    def bases(self, name: str) -> Sequence[Path]:
        """The folders that the file of the parameter `name` is looked for in."""
        letter = self.job.letter
        if name in dict(self.job.choices.parameters):
            return (self.root,)
        if name in letter.parameters or name in letter.stationery:
            return (Path(letter.folder),)
        if name in letter.project_parameters:
            return (self.root,)
        if name in self.firm and letter.sender is not None:
            return (Path(letter.sender.design_base or letter.folder),)
        return [Path(folder) / inner for folder in self.head.folders for inner in ("", "assets")]

    def field(self, name: str) -> str:
        """The field that names it."""
        if name not in self.given and name in self.said:
            return f"parameters.{name}.default"
        inner = name.replace("_", ".", 1) if name.startswith("stationery_") else name
        if name in self.firm:
            return f"from.design.{inner}"
        return inner if name in self.job.letter.stationery else f"parameters.{name}"

    def file(self, name: str, text: str) -> str:
        """Find a file.

        :raises Refused: it is missing, or lies outside of the project.
        """
        bases = self.bases(name)
        path = next((base / text for base in bases if (base / text).is_file()), bases[0] / text)
        return str(allowed.locate(path, [Path(root) for root in self.roots]))

    def folder(self, name: str, text: str) -> str | None:
        """Find a folder in the project; None if there is none."""
        for base in self.bases(name):
            folder = (base / text).resolve()
            if folder.is_dir() and any(folder.is_relative_to(root) for root in self.roots):
                return str(folder)
        return None

    def fault(self, name: str, problem: Problem) -> Diagnostic:
        """The fault of a parameter's value, where it is said; of the letterhead's own, in its file."""
        own = self.head.parameters[name].file if name in self.head.parameters else None
        place = {"file": own or shown_path(Path(self.head.folders[0]) / "letterhead.toml")}
        if name in self.given:
            place = {}
        return problem.at(field=self.field(name), **place)


@lru_cache(maxsize=8)
def _reader(roots: tuple[str, ...]) -> Any:
    """What reads a file in these folders, as the layout reads it."""
    folders = [Path(root) for root in roots]

    def read_file(path: str) -> allowed.Resource:
        return allowed.read(Path(path).as_uri(), folders)

    return read_file
