"""Finds the files that a letter is made of, besides those that its text is written in.

What the letter, its letterhead and its parameters name is found once; a name that values complete
(`![]({{ fields.plan }}.png)`) is found with each record's values, as the page will have it. A file more than the page
shows is better than one less: an image in a branch that is not taken counts.

Not here: their hash (`fingerprint`), and whether a letter may read them (`files.allowed`): one that may not fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from letterpress.carriers import catalogue
from letterpress.errors import LetterpressError
from letterpress.filling import letter as filling_letter
from letterpress.letterhead import choices, definition
from letterpress.letterhead.definition import Letterhead
from letterpress.model import Enclosure, Job, Letter
from letterpress.text import numbers, value_marks

Named = tuple[str, Path]
"""How a file is named, wherever the project lies; and where it is."""

_SOURCE = re.compile(
    r"""<([A-Za-z][\w:-]*)|\b(src|href)\s*=\s*(?:"([^"]*)"|'([^']*)'|((?:\{\{.*?\}\}|[^\s"'>])+))""", re.I | re.S
)
_LINKS = frozenset(("a", "link"))
_MOST_SVG = 5_000_000
"""Bytes of an SVG that is looked into for the images that it names."""


def named(job: Job) -> list[Named]:
    """Find the letterhead's files, and the images, inks and files to go along that are named without a value's help."""
    letter = job.letter
    folder = Path(letter.folder)
    head = _letterhead(job)
    inks = [(one.ink, Path(one.ink_base or letter.folder) / one.ink) for one in letter.signatories if one.ink]
    annexes = [file for file in _beside(letter) if not _has_tag(file)]
    files = list(_of_letterhead(head)) if head else []
    files += [one for html in _templates(letter) for one in _images(html, folder)]
    files += [one for text in _parameters(job, head) for one in _image(text, folder)]
    files += _of_look(job, head) if head else ()
    if job.choices.carrier is not None:
        files += [(f"{path.parent.name}/{path.name}", path) for path in catalogue.files(letter.root)]
    files += [one for one in (*inks, *((file, folder / file) for file in annexes)) if _is_file(one[1])]
    return list(dict.fromkeys(files))


def files(job: Job) -> list[Path]:
    """Find all files that a letter is made of, as far as its values are known."""
    return list(dict.fromkeys([*(path for _, path in named(job)), *map(Path, Chosen(job).files(()))]))


def on_printed_paper(job: Job) -> bool:
    """Tell whether a letter lies on its firm's printed paper."""
    head = _letterhead(job)
    try:
        return head is not None and any(choices.settle(job, head).design.stationery)
    except LetterpressError:
        return False  # the letter will fail, and say so


class Chosen:
    """The images, enclosures and attachments of a job whose names are completed by values."""

    def __init__(self, job: Job) -> None:
        """Look at the letter once, for all values that it is to be made with."""
        letter = job.letter
        self._job = job
        self._encloses = any(map(_has_tag, _beside(letter)))
        shows = any(_has_tag(source) for html in _templates(letter) for source in _sources(html))
        self._alone = _bodies_alone(job) if shows else None

    @property
    def any(self) -> bool:
        """Whether there are names that values complete."""
        return self._encloses or self._alone is not None

    def files(self, values: Iterable[tuple[str, Any]]) -> tuple[str, ...]:
        """Find them, as absolute paths. Where the letter cannot be filled there are none: it fails, and says why."""
        files: dict[str, None] = {}
        if self._encloses:
            job = replace(self._job, values=(*self._job.values, *values))
            files.update(dict.fromkeys(filling_letter.enclosed_files(job)))
        if self._alone is not None:
            job = replace(self._alone, values=(*self._alone.values, *values))
            with numbers.own_context():
                filled, _ = filling_letter.fill(job, lang=job.lang, paper=job.paper or "", letterhead=job.letterhead)
            for body in (filled.body, *(version.body for version in filled.versions)) if filled else ():
                images = _images(value_marks.without(body), Path(job.letter.folder))
                files.update(dict.fromkeys(str(path) for _, path in images))
        return tuple(files)


def _bodies_alone(job: Job) -> Job | None:
    """The job with its paper settled, and without what takes time and shows no image; None where it cannot be made.

    Enclosures and attachments would be opened, and HTML checked: the letter passes or fails that when it is made.
    """
    letter, head = job.letter, _letterhead(job)
    if head is None:
        return None
    try:
        paper = choices.settle(job, head).paper
    except LetterpressError:
        return None
    versions = tuple(replace(version, body=replace(version.body, raw=False)) for version in letter.versions)
    letter = replace(
        letter, enclosures=(), attachments=(), einvoice=None, body=replace(letter.body, raw=False), versions=versions
    )
    return replace(job, letter=letter, choices=replace(job.choices, paper=paper))


def _templates(letter: Letter) -> list[str]:
    """The letter's bodies in all its languages, with their clauses: HTML with template tags in place."""
    return [letter.body.template, *(version.body.template for version in letter.versions)]


def _beside(letter: Letter) -> list[str]:
    """The files that a letter encloses or attaches, as written."""
    annexes = [one.file for one in letter.enclosures if isinstance(one, Enclosure)]
    invoice = [letter.einvoice.xml] if letter.einvoice is not None and letter.einvoice.xml else []
    return [*annexes, *(one.file for one in letter.attachments), *invoice]


def _has_tag(text: str) -> bool:
    return "{{" in text or "{%" in text


# --- the letterhead ---------------------------------------------------------------------------------------------------


def _letterhead(job: Job) -> Letterhead | None:
    try:
        return definition.find(job.letterhead, job.letter.root)
    except LetterpressError:
        return None  # the letter will fail, and say so


def _of_letterhead(head: Letterhead) -> Iterator[Named]:
    """Every file of its folders and of those that it extends, but what editors and file managers leave there; and the
    files of the system's fonts that it may use."""
    for number, folder in enumerate(head.folders):
        for path in sorted(Path(folder).rglob("*")):
            name = path.relative_to(folder)
            if path.is_file() and not any(part.startswith(".") for part in name.parts) and not path.name.endswith("~"):
                yield f"{number}/{name.as_posix()}", path
    if head.system_fonts:
        from letterpress.layout import engine  # here: it loads WeasyPrint, and few letterheads need a system's fonts

        try:
            fonts = engine.system_font_files(head.system_fonts)
        except LetterpressError:
            fonts = ()  # a library is missing: no letter can be made
        for file in fonts:
            yield Path(file).name, Path(file)


def _of_look(job: Job, head: Letterhead) -> Iterator[Named]:
    """Logo, fonts and printed paper: of the letter, its sender, or the project."""
    try:
        look = choices.settle(job, head)
    except LetterpressError:
        return  # the letter will fail, and say so
    root = Path(job.letter.root).resolve()
    for file in look.design.files:
        path = Path(file)
        yield path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name, path


def _parameters(job: Job, head: Letterhead | None) -> Iterator[str]:
    """What may be an image's name in a letterhead's template: the texts of its parameters, and what it has in `src`."""
    values = [*job.letter.project_parameters.values(), *job.letter.parameters.values()]
    values += [value for _, value in job.choices.parameters]
    values += [spec.default for spec in head.parameters.values()] if head else []
    yield from (value for value in values if isinstance(value, str) and "." in value)
    for folder in head.folders if head else ():
        for path in sorted(Path(folder).glob("*.html")):
            yield from _sources(path.read_text(encoding="utf-8", errors="replace"))


# --- images -----------------------------------------------------------------------------------------------------------


def _sources(html: str) -> Iterator[str]:
    """What `src`, and `href` of anything but a link, say in a text of HTML."""
    element = ""
    for match in _SOURCE.finditer(html):
        if match[1]:
            element = match[1].lower()
        elif match[2].lower() == "src" or element not in _LINKS:
            yield unescape(match[3] or match[4] or match[5] or "")


def _images(html: str, folder: Path) -> Iterator[Named]:
    for source in _sources(html):
        yield from _image(source, folder)


def _image(source: str, folder: Path) -> Iterator[Named]:
    """The file that a URL names, seen from `folder` as the layout sees it; an SVG with the images that it names."""
    if _has_tag(source):
        return
    try:
        url = urlsplit(urljoin(folder.as_uri() + "/", source.strip()))
        path = Path(unquote(url.path))
    except ValueError:
        return
    if url.scheme != "file" or url.netloc not in ("", "localhost") or not _is_file(path):
        return
    yield source, path
    if path.suffix.lower() == ".svg" and path.stat().st_size <= _MOST_SVG:
        for inner in _sources(path.read_text(encoding="utf-8", errors="replace")):
            if not inner.lower().endswith(".svg"):  # an SVG may name no other
                yield from _image(inner, path.parent)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # no file can have such a name
        return False
