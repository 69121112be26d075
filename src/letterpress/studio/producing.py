"""Endpoints that make, sign and verify letters; see `endpoints`."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import datetime
import hashlib
import io
import itertools
import ssl
from pathlib import Path, PurePosixPath
from typing import Any

from letterpress import output
from letterpress.batch import file_names, made_files
from letterpress.errors import LetterpressError
from letterpress.files import atomic
from letterpress.files.project_files import LETTERS, PDFS, TRUST
from letterpress.files.zip_stream import ZipStream
from letterpress.interactive import runs
from letterpress.interactive.signatures import Key, Opened, Order, PlaceSeen
from letterpress.signing import KeyOwner, SignedPdf, Verification
from letterpress.studio import answering, list_messages
from letterpress.studio.answering import File, Missing
from letterpress.studio.making import Run
from letterpress.studio.messages import ListOf
from letterpress.studio.session import Studio

_TOLD = 500
"""Letters of a run that are told at once, at most."""
_REPLACE = "sign the file that bears the signatures, or render the letter into another place"


# --- make -------------------------------------------------------------------------------------------------------------


def make(studio: Studio, given: list_messages.Make) -> list_messages.RunState:
    """Begin to make the letters of a list; what is there already is not made again."""
    studio.files.find(given.letter, LETTERS)
    folder = given.folder or folder_of(studio, given.letter, given.data)
    inside = studio.files.find(f"{folder}/letter.pdf", PDFS, writing=True)
    together = _together(studio, folder) if given.combined else None
    order = runs.Order(
        letter=given.letter,
        chosen=answering.chosen(given.chosen),
        folder=str(inside.parent),
        combined=None if together is None else str(together),
        limits=studio.limits,
    )
    return state_of(studio, studio.runs.begin(order, answering.list_of(studio, given.data)), 0)


def folder_of(studio: Studio, letter: str, data: ListOf | None, kind: str = "") -> str:
    """The folder in which letters are made: each list of a letter has one of its own.

    The first list has the one that is called as the letter is; what was made of it is not replaced by another's.

    :param kind: what its name ends with.
    """
    first = f"out/{PurePosixPath(letter).stem}"
    if data is None:
        return f"{first}{kind}"
    words = "-".join(filter(None, map(file_names.slug, (PurePosixPath(data.source).stem, data.sheet or "")))) or "list"
    own = (f"{first}-{words}{'' if number == 1 else f'-{number}'}{kind}" for number in itertools.count(1))
    free = None
    for folder in itertools.chain((f"{first}{kind}",), own):
        path = studio.files.find(f"{folder}/letter.pdf", PDFS, writing=True).parent
        of_list = made_files.is_of(path, data.source, data.sheet)
        if of_list is None and folder != f"{first}{kind}":
            return free or folder
        if of_list:
            return folder
        free = folder if of_list is None else free
    raise AssertionError


def _together(studio: Studio, folder: str, *, duplex: bool = False) -> Path:
    """Where all letters of a folder go into one PDF: not where the PDF of the letter itself is kept."""
    return studio.files.find(f"{folder}-all{'-duplex' if duplex else ''}.pdf", PDFS, writing=True)


def make_variants(studio: Studio, given: list_messages.MakeVariants) -> list_messages.RunState:
    """Begin to make a letter, or those of its list, in several letterheads, papers and copies: a file for each."""
    sha256 = hashlib.sha256(studio.files.data(given.letter, LETTERS)).hexdigest()
    folder = folder_of(studio, given.letter, given.data, "-variants")
    inside = studio.files.find(f"{folder}/letter.pdf", PDFS, writing=True)
    order = runs.Order(
        letter=given.letter,
        chosen=answering.chosen(given.chosen),
        variants=tuple(_choices(one) for one in given.variants),
        made=studio.runs.made(given.run, sha256),
        folder=str(inside.parent),
        limits=studio.limits,
    )
    data = None if given.data is None else answering.list_of(studio, given.data)
    return state_of(studio, studio.runs.begin(order, data, letter_sha256=sha256), 0)


def _choices(given: list_messages.Variant) -> tuple[tuple[str, str], ...]:
    return tuple(given.model_dump(by_alias=True, exclude_none=True).items())


def run_state(studio: Studio, name: str, after: int) -> list_messages.RunState:
    """A run, as far as it is, with the letters behind the first `after`."""
    return state_of(studio, studio.runs.get(name), after)


def stop(studio: Studio, name: str) -> list_messages.RunState:
    """Finish the letters in hand, and stop."""
    return state_of(studio, studio.runs.stop(name), 0)


def state_of(studio: Studio, run: Run, after: int) -> list_messages.RunState:
    """A run, as far as it is, with the letters behind the first `after`."""
    with run.lock:
        progress, end, state = run.progress, run.end, run.state
        letters = run.letters[after : after + _TOLD]
        faults = (*run.faults, *(end.faults if end else ()))
    total = end.letters if end else progress.total if progress else 0
    made, failed = (progress.made, progress.failed) if progress else (0, 0)
    rate = progress.rate if progress else 0.0
    told: dict[str, Any] = {"id": run.id, "state": state, "total": total, "rate": rate}
    return list_messages.RunState(
        **told,
        made=end.done + end.skipped if end else made,
        failed=end.failed if end else failed,
        seconds=progress.seconds if progress else 0.0,
        left=(total - made - failed) / rate if rate and state == "running" else None,
        folder=studio.files.shown(Path(run.order.folder)),
        letters=[_letter(studio, one) for one in letters],
        faults=answering.faults(faults),
        combined=f"/api/runs/{run.id}/combined.pdf" if end and _whole(end) and not run.order.variants else None,
        faulty=f"/api/runs/{run.id}/faulty.csv" if end and end.faulty else None,
    )


def _whole(end: runs.End) -> bool:
    """Whether a run has come to its end and made something."""
    return end.state in ("done", "failed") and bool(end.done + end.skipped)


def _letter(studio: Studio, one: runs.Letter) -> list_messages.RunLetter:
    shown = None if one.output is None else studio.files.shown(Path(one.output))
    about: dict[str, Any] = {"number": one.number, "status": one.status, "output": shown, "pages": one.pages}
    return list_messages.RunLetter(**about, faults=answering.faults(one.diagnostics))


def combined(studio: Studio, name: str, both_sides: str | None = None) -> File:
    """The PDF of all letters of a run; it is made when it is asked for first.

    :param both_sides: `1` where both sides of a sheet are printed: each letter begins on a new one.
    """
    run = studio.runs.get(name)
    if run.end is None or run.order.variants or not _whole(run.end):
        raise Missing
    duplex = both_sides == "1"
    target = _together(studio, studio.files.shown(Path(run.order.folder)), duplex=duplex)
    there = run.end.combined == str(target)
    path = target if there else Path(studio.runs.combined(run, str(target), duplex=duplex))
    return File(path.read_bytes(), "application/pdf", path.name)


def faulty(studio: Studio, name: str) -> File:
    """The rows whose letters failed."""
    run = studio.runs.get(name)
    if run.end is None or run.end.faulty is None:
        raise Missing
    return File(run.end.faulty, "text/csv; charset=utf-8", "faulty rows.csv")


def archive(studio: Studio, name: str) -> File:
    """The letters of a run, in one ZIP."""
    run = studio.runs.get(name)
    with run.lock:
        paths = [Path(one.output) for one in run.letters if one.output is not None]
    if not paths:
        raise Missing
    file = io.BytesIO()
    with ZipStream(file) as stream:
        for path in dict.fromkeys(paths):
            stream.add(path.name, path.read_bytes())
        stream.finish()
    return File(file.getvalue(), "application/zip", f"{Path(run.order.folder).name}.zip")


def keep(studio: Studio, given: list_messages.Keep) -> list_messages.Kept:
    """Keep a PDF that was shown in `out/`, as `letterpress render` does; one that bears signatures is not replaced.

    Under a name of one's own it is a new file, and no other is replaced.
    """
    studio.files.find(given.letter, LETTERS)
    pdf = studio.pdfs.get(given.sha256)
    if pdf is None:
        raise Missing
    shown = f"out/{PurePosixPath(given.letter).stem}.pdf"
    if given.name is not None:
        shown = answering.beside(shown, given.name)
        answering.new_pdf(studio, shown, pdf)
        return list_messages.Kept(path=shown, faults=[])
    with studio.writing:
        path = studio.files.find(shown, PDFS, writing=True)
        kept = output.write(path, pdf, hint=_REPLACE)
    return list_messages.Kept(path=shown, faults=answering.faults(kept.diagnostics))


# --- sign and verify --------------------------------------------------------------------------------------------------


def places(studio: Studio, given: list_messages.Look) -> list_messages.Places:
    """The places that a PDF keeps for signatures, who has signed and who has not."""
    pdf = studio.files.data(given.path, PDFS)
    found: tuple[PlaceSeen, ...] = studio.asked("signatures:places", pdf, given.path, file=given.path)
    return list_messages.Places(
        places=[
            list_messages.Place(
                name=one.place.name,
                signatory=one.place.signatory,
                title=one.place.title,
                open=one.place.open,
                signed_by=one.place.signed_by,
                signed_at=None if one.place.signed_at is None else one.place.signed_at.isoformat(),
                page=one.place.page,
                box=one.box,
            )
            for one in found
        ]
    )


def pdf_pages(studio: Studio, given: list_messages.Look) -> list_messages.PdfPages:
    """The pages of a PDF of the project, so that they can be looked at."""
    pdf = studio.files.data(given.path, PDFS)
    sizes = studio.asked("signatures:sizes", pdf, given.path, file=given.path)
    return _pages(studio, pdf, given.path, sizes)


def _pages(studio: Studio, pdf: bytes, shown: str, sizes: tuple[tuple[float, float], ...]) -> list_messages.PdfPages:
    sha256 = hashlib.sha256(pdf).hexdigest()
    studio.pdfs.put(sha256, pdf)
    return list_messages.PdfPages(path=shown, sha256=sha256, pdf=f"/api/pdf/{sha256}.pdf", sizes=list(sizes))


def foreign_pages(studio: Studio, name: str, body: bytes) -> list_messages.PdfPages:
    """The pages of any PDF, so that they can be looked at; it is not kept in the project."""
    shown = PurePosixPath(name.replace("\\", "/")).name or "the file"
    return _pages(studio, body, shown, studio.asked("signatures:sizes", body, shown, file=shown))


def owner(studio: Studio, given: list_messages.KeyOf) -> list_messages.Owner:
    """Whose key it is, and which open places are theirs; nothing is signed."""
    pdf = studio.files.data(given.path, PDFS)
    opened: Opened = studio.asked("signatures:owner", pdf, _key(given), given.path, file=given.path)
    own = opened.owner
    return list_messages.Owner(
        name=own.name,
        organisation=own.organisation,
        email=own.email,
        issuer=own.issuer,
        self_issued=own.self_issued,
        valid_from=own.valid_from.isoformat(),
        valid_to=own.valid_to.isoformat(),
        valid_now=own.valid_at(datetime.datetime.now(datetime.UTC)),
        test=own.test,
        own_places=list(opened.own_places),
    )


def sign(studio: Studio, given: list_messages.Sign) -> list_messages.Signed:
    """Sign a PDF of the project in its own place, and save it there, or under another name."""
    with studio.writing:
        path = studio.files.find(given.path, PDFS, writing=True)
        snapshot = atomic.read(path)
        order = Order(
            place=given.place,
            letterhead=given.letterhead,
            root=str(studio.root),
            shown=given.path,
            on_behalf=given.on_behalf,
            tsa=given.tsa,
            reason=(given.reason or "").strip() or None,
        )
        shown = given.path if given.name is None else answering.beside(given.path, given.name)
        signed: SignedPdf = studio.asked("signatures:sign", snapshot.data, _key(given), order, file=given.path)
        if given.name is None:
            atomic.write_version(snapshot, path, signed.pdf, guard=output.Guard(path, hint=_REPLACE))
        else:
            answering.new_pdf(studio, shown, signed.pdf)
    return list_messages.Signed(
        path=shown,
        signer=signed.signer,
        signatory=signed.signatory,
        level=signed.level,
        open=list(signed.open),
        faults=answering.faults(dataclasses.replace(one, file=given.path) for one in signed.diagnostics),
    )


def _key(given: list_messages.KeyOf) -> Key:
    try:
        data = base64.b64decode(given.key, validate=True)
    except (binascii.Error, ValueError):
        raise LetterpressError("the key file did not come over whole", code="key-unreadable") from None
    return Key(data=data, passphrase=given.passphrase)


def verify(studio: Studio, name: str, body: bytes) -> list_messages.Verified:
    """What the signatures of any PDF are worth, by the certificates in the project's `trust/`."""
    trust = [str(studio.root / "trust")] if (studio.root / "trust").is_dir() else []
    shown = PurePosixPath(name.replace("\\", "/")).name or "the file"
    verdict: Verification = studio.asked("signatures:verify", body, trust, shown, file=shown)
    return list_messages.Verified(valid=verdict.valid, report=verdict.as_json())


def issuer(studio: Studio, name: str, body: bytes) -> list_messages.Issuer:
    """Whose certificate a file holds; nobody is trusted by it yet."""
    return _issuer(studio, name, body, keep=False)


def trust(studio: Studio, name: str, body: bytes) -> list_messages.Issuer:
    """Trust an issuer: its certificate goes into the project's `trust/`, and signatures it vouches for are believed."""
    return _issuer(studio, name, body, keep=True)


def _issuer(studio: Studio, name: str, body: bytes, *, keep: bool) -> list_messages.Issuer:
    shown = PurePosixPath(name.replace("\\", "/")).name or "the file"
    found: tuple[KeyOwner, bytes] = studio.asked("signatures:issuer", body, shown, file=shown)
    own, der = found
    # Named by its fingerprint: the same certificate is there once, and another of that name beside it.
    path = studio.files.find(f"trust/{own.sha256[:32]}.pem", TRUST, writing=True)
    if keep and not path.exists():
        with studio.writing:
            atomic.write(path, ssl.DER_cert_to_PEM_cert(der).encode())
    return list_messages.Issuer(
        name=own.name,
        organisation=own.organisation,
        valid_from=own.valid_from.isoformat(),
        valid_to=own.valid_to.isoformat(),
        valid_now=own.valid_at(datetime.datetime.now(datetime.UTC)),
        test=own.test,
        sha256=own.sha256,
        trusted=path.exists(),
    )


def pdf_of(studio: Studio, path: str) -> File:
    """A PDF of the project."""
    return File(studio.files.data(path, PDFS), "application/pdf")
