"""`merge --eml`: an e-mail beside each letter, which Python's own parser reads back; nothing else gets into its headers."""

from __future__ import annotations

import datetime
import email
import re
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import letterpress
from letterpress import api, mail
from letterpress.batch import made_files
from letterpress.errors import LetterpressError
from letterpress.model import Job, Party
from letterpress.text import from_html
from tests.support.project import LETTER, Project

FRONT = """\
letterhead: plain
lang: de-DE
date: 2026-01-15
from: {name: Häfen & Söhne, email: post@häfen.example, lines: [Kai 1]}
to: {name: Ada, lines: [Kai 2]}
subject: Ihre Größe {{ fields.size }}
salutation: Guten Tag {{ to.name }}
closing: Mit freundlichen Grüßen
signatories: [{name: Jo Lind, title: Leitung}]
postscript: Bis bald!
fields: {size: text}
"""
BODY = """\
Das *neue* Maß & mehr steht [hier](https://example.org/a?b=1&c=2).

1. eins
2. zwei

| Teil | Preis |
|------|------:|
| Seil | 12,00 |
"""
LIST = 'name,email,street,postcode,city,size\n"Brücke, Ada ""die""",ada@example.org,Kai 2,12345,Ort,XL\nBo,bo@example.org,Kai 3,12345,Ort,S\n'
MERGE = ("merge", LETTER, "--data", "list.csv", "-o", "out", "--eml", "--jobs", "0", "--json")


@pytest.fixture
def mailing(project: Project) -> Project:
    project.letter(BODY, FRONT)
    project.write("list.csv", LIST)
    return project


def read(path: Path) -> EmailMessage:
    parsed = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    assert not [part.defects for part in parsed.walk() if part.defects]
    return parsed


def test_a_mail_program_reads_back_what_the_letter_says(mailing: Project) -> None:
    ran = mailing.cli(*MERGE)
    assert ran.code == 0, ran.err
    first, second = sorted((mailing.root / "out").glob("*.eml"))
    pdf = first.with_suffix(".pdf")
    told = read(first)
    [to] = told["To"].addresses
    [sender] = told["From"].addresses
    assert (to.display_name, to.addr_spec) == ('Brücke, Ada "die"', "ada@example.org")
    assert (sender.display_name, sender.addr_spec) == ("Häfen & Söhne", "post@xn--hfen-loa.example")
    assert told["Subject"] == "Ihre Größe XL"
    assert told["Date"].datetime == datetime.datetime(2026, 1, 15, 12, tzinfo=datetime.UTC)
    assert told["Message-ID"] != read(second)["Message-ID"]
    assert {"Bcc", "Cc", "Reply-To"}.isdisjoint(told.keys())
    text = told.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert text.startswith('Guten Tag Brücke, Ada "die"')
    assert "Das neue Maß & mehr steht hier <https://example.org/a?b=1&c=2>." in text
    assert "1. eins\n2. zwei\n" in text
    assert "Teil | Preis\nSeil | 12,00\n" in text
    assert re.search(r"Mit freundlichen Grüßen\n\nJo Lind\nLeitung\n\nBis bald!\n$", text)
    html = told.get_body(("html",)).get_content()
    assert '<a href="https://example.org/a?b=1&amp;c=2">hier</a>' in html
    assert "<em>neue</em> Maß &amp; mehr" in html
    [attached] = list(told.iter_attachments())
    assert (attached.get_content_type(), attached.get_filename()) == ("application/pdf", pdf.name)
    assert attached.get_content() == pdf.read_bytes()
    assert max(map(len, first.read_bytes().split(b"\r\n"))) <= 998


def test_the_mail_belongs_to_its_letter(mailing: Project) -> None:
    mailing.cli(*MERGE)
    first, second = sorted((mailing.root / "out").glob("*.eml"))
    before = first.read_bytes(), second.read_bytes()
    assert [one["status"] for one in mailing.cli(*MERGE).json["letters"]] == ["skipped", "skipped"]
    second.unlink()
    assert [one["status"] for one in mailing.cli(*MERGE).json["letters"]] == ["skipped", "done"]
    assert (first.read_bytes(), second.read_bytes()) == before  # the same letter, the same bytes
    mailing.write("list.csv", LIST.replace("XL", "M"))
    assert [one["status"] for one in mailing.cli(*MERGE).json["letters"]] == ["done", "skipped"]
    assert read(first)["Subject"] == "Ihre Größe M"
    second.write_bytes(first.read_bytes())  # the mail of another letter stays
    letters = [first.with_suffix(".pdf"), second.with_suffix(".pdf")]
    assert made_files.remove(mailing.root / "out", [letter.name for letter in letters]) == ()
    assert [path.exists() for path in (*letters, first, second)] == [False, False, False, True]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("", "mail-address-missing"),
        ("ada", "mail-address-invalid"),
        ("ada@localhost", "mail-address-invalid"),
        ("a@b.example, c@d.example", "mail-address-invalid"),
        ("ada@example.org\nBcc: x@y.example", "mail-address-invalid"),
        ('"a b"@example.org', "mail-address-invalid"),
        ("a" * 65 + "@example.org", "mail-address-invalid"),
    ],
)
@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_an_address_that_is_none_is_a_fault_of_its_record(
    mailing: Project, address: str, code: str, more: tuple[str, ...]
) -> None:
    quoted = address.replace('"', '""')
    mailing.write("list.csv", LIST.replace("bo@example.org", f'"{quoted}"'))
    ran = mailing.cli(*MERGE, *more)
    assert ran.code == 1
    [fault] = [fault for fault in ran.faults if fault["severity"] == "error"]
    assert (fault["code"], fault["field"], fault["record"]) == (code, "to.email", "2")
    if not more:
        assert [path.name for path in (mailing.root / "out").glob("*.eml")] == ["letter-00001.eml"]


def test_an_archive_and_mails_do_not_go_together(mailing: Project) -> None:
    ran = mailing.cli("merge", "--jobs", "0", LETTER, "--data", "list.csv", "-o", "out.zip", "--eml", "--json")
    assert (ran.code, [fault["code"] for fault in ran.faults]) == (2, ["options-conflict"])


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    path = tmp_path_factory.mktemp("mail") / "letter.md"
    path.write_text(f"---\n{FRONT}---\n\n{BODY}", encoding="utf-8")
    return api.job(letterpress.load(path), fields={"size": "S"})


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


@given(TEXT, TEXT)
def test_no_value_gets_into_another_header(job: Job, name: str, subject: str) -> None:
    letter = replace(job.letter, to=(Party(name="Ada", lines=("x",), email="ada@example.org"),))
    values = (("to.name", name), ("subject", subject), ("fields.size", "S"))
    try:
        made = mail.message(replace(job, letter=letter, values=values), b"%PDF", f"{name}.pdf")
    except LetterpressError:
        return  # no page can show it either
    head, _, _ = made.partition(b"\r\n\r\n")
    told = email.message_from_bytes(made, policy=policy.default)
    assert sorted(told.keys()) == [
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Subject",
        "To",
        "X-Unsent",
    ]
    assert not [line for line in head.split(b"\r\n") if len(line) > 998 or b"\n" in line or b"\r" in line]
    assert [one.addr_spec for one in told["To"].addresses] == ["ada@example.org"]
    attached = [part for part in told.walk() if part.get_content_type() == "application/pdf"]
    assert [part.get_content() for part in attached] == [b"%PDF"]


def test_a_mailbox_beyond_ascii_is_written_as_rfc_6532_has_it(job: Job) -> None:
    letter = replace(job.letter, to=(Party(name="Jörg", lines=("x",), email="jörg@müller.example"),))
    made = mail.message(replace(job, letter=letter), b"%PDF", "a.pdf")
    assert "jörg@xn--mller-kva.example".encode() in made
    [to] = email.message_from_string(made.decode(), policy=policy.SMTPUTF8)["To"].addresses
    assert (to.display_name, to.username) == ("Jörg", "jörg")


@pytest.mark.parametrize(
    ("source", "html", "text"),
    [
        ("<p>A <b>b</b><script>x</script></p><p>c</p>", "<p>A <b>b</b></p><p>c</p>", "A b\n\nc"),
        (
            '<p><a href="javascript:x">a</a> <img src="x.png" alt="The quay"></p>',
            "<p><a>a</a> The quay</p>",
            "a The quay",
        ),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", None, "- a\n  - b\n- c"),
        ("<pre>a\n  b</pre><hr><p>c<br>d &lt;e&gt;</p>", None, "a\n  b\n\n---\n\nc\nd <e>"),
        ('<div onclick="x"><span class="y">a</span></div>', "<div>a</div>", "a"),
    ],
)
def test_html_becomes_plain_elements_and_text(source: str, html: str | None, text: str) -> None:
    made: Any = from_html.simplified(source)
    assert made.text == text
    assert html is None or made.html == html
