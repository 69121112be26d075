"""Examines a PDF for a carrier: its objects first, then each page as it looks.

Not here: the rules (`file_rules`, `zones`, `addresses`), and the limits of time and memory that a file of unknown
origin is examined under: whoever calls sets them (cli/child_process.py, processes/kept_worker.py).
"""

from __future__ import annotations

from pathlib import Path

from letterpress.carriers import catalogue
from letterpress.carriers.values import Carrier
from letterpress.page import Rectangle
from letterpress.pdf import page_view, raster
from letterpress.preflight import addresses, file_rules, objects, pictures, zones
from letterpress.preflight.findings import Finding, Picture, Report, settled
from letterpress.preflight.ink import DPI, Ink
from letterpress.processes import kept_worker, stages
from letterpress.processes.limits import Limits, Point

_EDGE = 0.4
"""mm inside of the trimmed page's edge where ink counts as reaching it."""
_AGAIN = "open it, and print or save it as a new PDF"


def examine(
    pdf: bytes | str | Path,
    *,
    carrier: str | Carrier,
    root: str | Path = ".",
    pictures: bool = False,
    strict: bool = False,
    duplex: bool = False,
    limits: Limits | None = None,
) -> Report:
    """Say what a carrier may refuse a PDF for. The file may be anybody's: whatever it is, nothing is raised for it.

    :param carrier: a name of `letterpress carriers`, or a carrier.
    :param root: the project's, whose own carriers come first.
    :param pictures: whether each page that has findings with a place is drawn with them.
    :param strict: whether warnings count as errors.
    :param duplex: whether both sides of the sheets are printed.
    :param limits: time and memory that the file may take: it is then examined in a process of its own. Give them for
        files of strangers.
    :raises UsageError: there is no such carrier.
    :raises Ended: it took more than it may.
    :raises OSError: the file cannot be read.
    """
    asked = carrier if isinstance(carrier, Carrier) else catalogue.find(carrier, root)
    shown = str(pdf) if isinstance(pdf, str | Path) else None
    data = Path(pdf).read_bytes() if isinstance(pdf, str | Path) else pdf
    if limits is None:
        return check(data, asked, pictures, strict, duplex)
    point = Point(file=shown, kind="file", stage="examining it")
    report: Report = kept_worker.shared().call(
        "letterpress.preflight.checking:check", data, asked, pictures, strict, duplex, limits=limits, point=point
    )
    return report


def check(pdf: bytes, carrier: Carrier, drawn: bool = False, strict: bool = False, duplex: bool = False) -> Report:
    """Examine a PDF in this process; see `examine`."""
    duplex = duplex or carrier.duplex is True
    try:
        facts = objects.read(pdf)
        with page_view.Document(pdf) as document:
            examining = _Examining(carrier, facts, document)
            found = [*file_rules.check_file(carrier, facts, duplex=duplex), *examining.pages()]
            findings = settled(found, carrier, strict=strict)
            images = tuple(examining.pictures(findings)) if drawn else ()
    except objects.Unreadable as error:
        rule = "pdf-locked" if error.locked else "pdf-unreadable"
        message = f"the file cannot be read: {error}"
        hint = "save it without a password" if error.locked else error.hint or _AGAIN
        findings = settled([Finding(rule=rule, message=message, hint=hint)], carrier, strict=strict)
        return Report(carrier=carrier, pages=None, findings=findings)
    except raster.Unreadable as error:
        message = f"the file cannot be drawn: {error}"
        found = [Finding(rule="pdf-unreadable", message=message, hint=_AGAIN)]
        return Report(carrier=carrier, pages=None, findings=settled(found, carrier, strict=strict))
    return Report(carrier=carrier, pages=facts.count, findings=findings, address=examining.address, pictures=images)


def picture(pdf: bytes, report: Report, page: int) -> bytes | None:
    """Draw one page of a PDF with what a report says of it, in this process; None where it cannot be drawn.

    :param report: of this very PDF.
    :param page: counted from 1.
    """
    try:
        facts = objects.read(pdf)
        with page_view.Document(pdf) as document:
            return _Examining(report.carrier, facts, document).picture(report.findings, page)
    except (objects.Unreadable, raster.Unreadable):
        return None


class _Examining:
    """Looks at the pages of a file, one after the other."""

    def __init__(self, carrier: Carrier, facts: objects.FileFacts, document: page_view.Document) -> None:
        self._carrier = carrier
        self._facts = facts
        self._document = document
        self.address: tuple[str, ...] = ()

    def pages(self) -> list[Finding]:
        """Examine all pages that are looked at."""
        found: list[Finding] = []
        for number, facts in enumerate(stages.beating(self._facts.pages), start=1):
            if facts.endless:  # PDFium would draw it for hours, or for ever
                found.append(file_rules.damaged(number, facts))
                continue
            try:
                with self._document.page(number) as view:
                    found += self._page(number, facts, view)
            except raster.Unreadable as error:
                message = f"the page cannot be drawn: {error}"
                found.append(Finding(rule="page-damaged", message=message, page=number, hint=_AGAIN))
        return found

    def _page(self, number: int, facts: objects.PageFacts, view: page_view.PageView) -> list[Finding]:
        carrier = self._carrier
        found = list(file_rules.check_page(carrier, number, facts, view))
        if not file_rules.fits(carrier, facts, view) or not _is_looked_at(carrier):
            return found
        size = view.width, view.height
        ink = Ink(view.pixels(DPI))
        glyphs = view.glyphs()
        found += zones.check(carrier, number, ink, *size)
        found += zones.check_text(carrier, number, glyphs, *size)
        if number == 1:
            lines, said = addresses.check(carrier, glyphs, view.style, ink, size)
            self.address = tuple(line.text for line in lines)
            found += said
        if carrier.bleed is not None:
            found += file_rules.check_bleed(carrier, number, facts, view, _reached(ink, facts, view))
        return found

    def pictures(self, findings: tuple[Finding, ...]) -> list[Picture]:
        """Draw each page that has findings with a place; the first page always."""
        wanted = {1, *(finding.page for finding in findings if finding.box is not None)}
        numbers = [number for number in range(1, len(self._facts.pages) + 1) if number in wanted]
        drawn = [(number, self.picture(findings, number)) for number in numbers]
        return [Picture(page=number, png=png) for number, png in drawn if png is not None]

    def picture(self, findings: tuple[Finding, ...], number: int) -> bytes | None:
        """Draw a page with what was found on it; None where it cannot be drawn, or is of another sheet."""
        if not 1 <= number <= len(self._facts.pages) or self._facts.pages[number - 1].endless:
            return None
        numbered = enumerate(findings, start=1)
        here = [(at, finding) for at, finding in numbered if finding.page == number and finding.box is not None]
        try:
            with self._document.page(number) as view:
                if not file_rules.fits(self._carrier, self._facts.pages[number - 1], view):
                    return None
                return pictures.draw(view.pixels(DPI), self._carrier, number, here, (view.width, view.height))
        except raster.Unreadable:  # said by `pages`
            return None


def _is_looked_at(carrier: Carrier) -> bool:
    """Whether a carrier says anything of places on its pages."""
    places = (carrier.clear, carrier.edges, carrier.text_edges, carrier.print_first, carrier.print_later, carrier.words)
    return any(places) or carrier.address is not None or carrier.bleed is not None or carrier.marks is False


def _reached(ink: Ink, facts: objects.PageFacts, view: page_view.PageView) -> tuple[bool, bool, bool, bool]:
    """Whether ink reaches the top, right, bottom and left edge of the trimmed page."""
    trim = file_rules.trimmed(facts, view)
    strips = (
        Rectangle(trim.x, trim.y, trim.width, _EDGE),
        Rectangle(trim.right - _EDGE, trim.y, _EDGE, trim.height),
        Rectangle(trim.x, trim.bottom - _EDGE, trim.width, _EDGE),
        Rectangle(trim.x, trim.y, _EDGE, trim.height),
    )
    top, right, bottom, left = (bool(ink.within(strip)) for strip in strips)
    return top, right, bottom, left
