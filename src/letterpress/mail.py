"""Makes the e-mail that a letter goes out with: text and HTML of the same words, and the PDF attached.

Nothing is sent: an `.eml` is a file, which a mail program opens as a draft. The same letter gives the same bytes. Whom
it is from and to is what the letter's sender and recipients have as `email`.

Not here: the words as a mail shows them (`text.from_html`).
Source: RFC 5322 (headers), RFC 2045 to 2047 and 2231 (MIME), RFC 6531 and 6532 (names of mailboxes beyond ASCII),
RFC 3490 (domains beyond ASCII).
"""

from __future__ import annotations

import datetime
import email.utils
import hashlib
import html
import re
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

from letterpress import pipeline
from letterpress.errors import Diagnostic, LetterpressError
from letterpress.filling import source_locations
from letterpress.model import Filled, FilledVersion, Job, Party
from letterpress.text import from_html

SUFFIX = ".eml"

_LOCAL = re.compile(r"[^\x00-\x20\x7f-\xa0\"(),.:;<>@\[\\\]]+(\.[^\x00-\x20\x7f-\xa0\"(),.:;<>@\[\\\]]+)*")
"""The part before the @, without quotes (RFC 5322, dot-atom; RFC 6532 lets it have letters beyond ASCII)."""
_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])", re.I)
_MOST_LOCAL = 64
"""Bytes of the part before the @ (RFC 5321, 4.5.3.1.1)."""
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def message(job: Job, pdf: bytes, name: str) -> bytes:
    """Make a letter's e-mail.

    :param pdf: the letter; `name` is what its file is called in the mail.
    :raises LetterpressError: an address is missing or none.
    """
    filled, result = pipeline.filled(job)
    if filled is None:
        raise LetterpressError(result.diagnostics)
    sender, recipients = _addresses(job, filled)
    wide = any(not one.username.isascii() for one in (sender, *recipients))
    mail = EmailMessage(policy.SMTPUTF8 if wide else policy.SMTP)
    mail["From"] = sender
    mail["To"] = recipients
    mail["Subject"] = _line(filled.subject or result.id)
    if filled.date is not None:
        noon = datetime.datetime.combine(filled.date, datetime.time(12), datetime.UTC)
        mail["Date"] = email.utils.format_datetime(noon)
    mail["Message-ID"] = f"<{_mark(job)}@{sender.domain}>"
    mail["X-Unsent"] = "1"  # mail programs open it as a draft
    words = _words(filled)
    mail.set_content(words.text + "\n", charset="utf-8", cte="quoted-printable")
    mail.add_alternative(words.html + "\n", subtype="html", charset="utf-8", cte="quoted-printable")
    mail.add_attachment(pdf, maintype="application", subtype="pdf", filename=_line(name))
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"=_{number}_{_mark(job)}")  # neither base64 nor quoted-printable can hold it
    return mail.as_bytes()


def check(job: Job) -> list[Diagnostic]:
    """Find what keeps a letter from being an e-mail."""
    filled, _ = pipeline.filled(job)
    try:
        if filled is not None:
            _addresses(job, filled)
    except LetterpressError as error:
        return list(error.diagnostics)
    return []


def belongs(path: Path, ident: str) -> bool:
    """Whether a file is the e-mail of the letter with this id, as it is now."""
    try:
        with path.open("rb") as file:
            return f"<{_ident(ident)}@".encode() in file.read(8_192).partition(b"\r\n\r\n")[0]
    except OSError:
        return False


def _mark(job: Job) -> str:
    return _ident(job.id or job.letter.slug)


def _ident(ident: str) -> str:
    """The letter's id, as it may stand in a Message-ID and in a boundary."""
    return hashlib.sha256(ident.encode("utf-8", "surrogatepass")).hexdigest()[:40]


# --- addresses --------------------------------------------------------------------------------------------------------


def _addresses(job: Job, filled: Filled) -> tuple[Address, tuple[Address, ...]]:
    """Whom it is from, and to.

    :raises LetterpressError: with all that is wrong.
    """
    faults: list[Diagnostic] = []

    def read(party: Party | None, field: str) -> Address | None:
        found = _address(party)
        if isinstance(found, Address):
            return found
        code, message, hint, value = found
        fault = Diagnostic(message=message, hint=hint, field=field, code=code, value=value, record=job.record)
        faults.append(source_locations.placed(job, fault))
        return None

    sender = read(filled.sender, "from.email")
    with_address: list[Party | None] = [party for party in filled.to if party.email]
    recipients = [read(party, "to.email") for party in with_address or [None]]
    if faults or sender is None:
        raise LetterpressError(faults)
    return sender, tuple(one for one in recipients if one is not None)


def _address(party: Party | None) -> Address | tuple[str, str, str, str | None]:
    """Read a party's address; what is wrong with it: code, message, hint, value."""
    written = (party.email or "").strip() if party is not None else ""
    if party is None or not written:
        return "mail-address-missing", "has no e-mail address", "give it as 'email', or in a column of that name", None
    local, _, domain = written.removeprefix("mailto:").rpartition("@")
    try:
        plain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        plain = ""
    if not (_LOCAL.fullmatch(local) and len(local.encode()) <= _MOST_LOCAL and _DOMAIN.fullmatch(plain)):
        message = f"'{_line(written)[:80]}' is no e-mail address"
        return "mail-address-invalid", message, "write one address, such as ada@example.org", written
    name = party.name or party.organisation or ""
    return Address(display_name=_line(name), username=local, domain=plain.lower())


def _line(text: str) -> str:
    """A text on one line: a header can hold no other, whatever a record says."""
    return _BREAKS.sub(" ", text).strip()


# --- words ------------------------------------------------------------------------------------------------------------


def _words(filled: Filled) -> from_html.Mail:
    """The letter's words from salutation to postscript, in all its languages."""
    parts = [_part(filled, filled)]
    parts += [f'<div lang="{html.escape(one.lang)}">{_part(one, filled)}</div>' for one in filled.versions]
    made = [from_html.simplified(part) for part in parts]
    head = f'<head><meta charset="utf-8"><title>{html.escape(filled.subject or "")}</title></head>'
    body = "\n<hr>\n".join(one.html for one in made)
    whole = f'<!DOCTYPE html>\n<html lang="{html.escape(filled.lang)}">{head}<body>\n{body}\n</body></html>'
    return from_html.Mail(whole, "\n\n---\n\n".join(one.text for one in made))


def _part(said: Filled | FilledVersion, filled: Filled) -> str:
    people = [
        "<br>".join(html.escape(text) for text in (person.name, person.title, person.organisation) if text)
        for person in filled.signatories
    ]
    lines = [said.salutation and html.escape(said.salutation), None, said.closing and html.escape(said.closing)]
    paragraphs = [f"<p>{line}</p>" if line else "" for line in lines]
    paragraphs[1] = said.body
    after = [f"<p>{text}</p>" for text in (*people, html.escape(said.postscript or "")) if text]
    return "\n".join(part for part in (*paragraphs, *after) if part)
