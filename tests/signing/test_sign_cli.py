"""The commands `sign`, `verify` and `identity`, called as a user calls them."""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from letterpress import cli as commands
from letterpress.files import atomic
from letterpress.signing import verify
from tests.support import signing, verapdf
from tests.support.project import FRONT, Project, Ran

ADA, BEN, CHLOE = (name for name, _ in signing.PEOPLE[:3])
SECRET = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LETTERPRESS_PASSPHRASE", SECRET)
    for name in ("sign", "verify", "identity"):
        monkeypatch.setitem(commands.COMMANDS, name, (f"letterpress.cli.sign:{name}", name))


@pytest.fixture(scope="module")
def identities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a test identity for three people: ada.p12, ben.p12, chloe.p12."""
    from letterpress.signing.keys import test_identity

    folder = tmp_path_factory.mktemp("keys")
    for name in (ADA, BEN, CHLOE):
        test_identity.new_identity(name, folder / f"{signing.slug(name).split('-')[0]}.p12", SECRET)
    return folder


@pytest.fixture
def letter(project: Project) -> Path:
    return project.write("out/letter.pdf", signing.render())


def test_two_offices_one_letter(project: Project, letter: Path, identities: Path) -> None:
    first = project.cli("sign", letter, "--as", ADA, "--key", identities / "ada.p12")
    assert (first.code, first.out) == (0, "")
    assert first.err.endswith(
        "letter.pdf: signed by Ada Okafor for Ada Okafor (B-B); still open: Ben Silva, Chloé Müller\n"
    )
    for name in ("ben", "chloe"):
        second = project.cli("sign", letter, "--as", f"{name}", "--key", identities / f"{name}.p12")
        assert second.code == 1, "a first name is not enough"
        assert "no signature field for" in second.err
    some = [
        project.cli("verify", letter, "--trust", identities / "test-ca" / "ca.pem", *more)
        for more in ((), ("--complete",))
    ]
    assert [(one.code, "open: " in one.err and "Chloé Müller" in one.err) for one in some] == [(0, True), (1, True)]
    assert project.cli("sign", letter, "--as", BEN, "--key", identities / "ben.p12").code == 0
    assert project.cli("sign", letter, "--as", CHLOE, "--key", identities / "chloe.p12").code == 0
    checked = project.cli("verify", letter, "--trust", identities / "test-ca" / "ca.pem", "--complete")
    assert checked.code == 0
    assert checked.out == ""
    assert checked.err.count("valid and trusted") == 3
    assert "3 of 3 have signed" in checked.err


@pytest.mark.parametrize("letterhead", ["plain", "congress"])
def test_the_letterheads_stamp_keeps_both_standards(project: Project, identities: Path, letterhead: str) -> None:
    verapdf.require()
    people = "".join(f"  - {{name: {name}, title: {title}, sign: digital}}\n" for name, title in signing.PEOPLE[:3])
    front = FRONT.split("signatories:")[0] + f"sign: in-order\nsignatories:\n{people}"
    assert project.render("The bridge carries 4,100 people a day.\n", front).code == 0
    for name in (ADA, BEN, CHLOE):
        key = identities / f"{signing.slug(name).split('-')[0]}.p12"
        words = ("--reason", "Approved by the board", "--place", "Portland")
        ran = project.cli("sign", project.pdf, "--as", name, "--key", key, "--letterhead", letterhead, *words)
        assert ran.code == 0, ran.err
        assert verapdf.validate(project.pdf) == []
    with pikepdf.open(project.pdf) as document:
        for field in document.Root.AcroForm.Fields:
            assert b" Tj" in field.AP.N.read_bytes() or b"TJ" in field.AP.N.read_bytes()
    verified = project.cli("verify", project.pdf, "--trust", identities / "test-ca")
    assert verified.code == 0
    assert verified.err.count("    reason: Approved by the board\n    place: Portland\n") == 3
    said = project.cli("verify", project.pdf, "--trust", identities / "test-ca", "--json").json["signatures"]
    assert {(one["reason"], one["place"]) for one in said} == {("Approved by the board", "Portland")}
    unknown = project.cli("sign", project.pdf, "--as", ADA, "--key", identities / "ada.p12", "--letterhead", "nowhere")
    assert unknown.code != 0


def test_handwriting_stands_beside_the_place_to_sign_digitally(project: Project, identities: Path) -> None:
    drawing = "<svg xmlns='http://www.w3.org/2000/svg' width='60' height='20'><path d='M0 0h60v20H0z'/></svg>"
    project.write("content/letters/ada.svg", drawing)
    people = f"  - {{name: {ADA}, title: Chair, sign: digital, ink: ada.svg}}\n"
    assert project.render(front=FRONT.split("signatories:")[0] + f"signatories:\n{people}").code == 0
    assert project.cli("sign", project.pdf, "--as", ADA, "--key", identities / "ada.p12").code == 0
    text = json.dumps(project.cli("text", project.pdf, "--json").json["elements"])
    assert f"Signature of {ADA}" in text
    with pikepdf.open(project.pdf) as document:
        left, bottom, right, top = (float(side) for side in document.Root.AcroForm.Fields[0].Rect)
    import pypdfium2

    with contextlib.closing(pypdfium2.PdfDocument(project.pdf)) as drawn:
        page = drawn[0]
        height = page.get_height()
        picture = page.render(scale=1, may_draw_forms=False).to_pil().convert("L")
    middle = round(height - (bottom + top) / 2)
    dark = [x for x in range(round(left)) if any(picture.getpixel((x, y)) < 64 for y in range(middle, middle + 14))]
    assert dark
    assert max(dark) < left
    assert right - left > 100
    verapdf.require()
    assert verapdf.validate(project.pdf) == []


def test_without_a_stamp_the_place_stays_empty(project: Project, letter: Path, identities: Path) -> None:
    assert project.cli("sign", letter, "--as", ADA, "--key", identities / "ada.p12", "--no-stamp").code == 0
    with pikepdf.open(letter) as document:
        assert document.Root.AcroForm.Fields[0].AP.N.read_bytes() == b""


def test_json_of_sign(project: Project, letter: Path, identities: Path) -> None:
    ran = project.cli("sign", letter, "--as", BEN, "--key", identities / "ben.p12", "-o", "out/signed.pdf", "--json")
    document = ran.json
    assert document["output"] == "out/signed.pdf"
    assert (document["signer"], document["level"], document["certifies"]) == (BEN, "B-B", True)
    assert document["open"] == [ADA, CHLOE]
    assert Path("out/signed.pdf").read_bytes().startswith(letter.read_bytes())
    assert verify(letter.read_bytes()).signatures == (), "with -o, the input stays as it was"


def test_json_of_verify(project: Project, letter: Path, identities: Path) -> None:
    project.cli("sign", letter, "--as", ADA, "--key", identities / "ada.p12")
    ran = project.cli("verify", letter, "--trust", identities / "test-ca", "--json")
    assert ran.code == 0
    assert ran.json["valid"] is True
    assert ran.json["state"] == "1 of 3 has signed; open: Ben Silva (Treasurer), Chloé Müller (Secretary)"
    (found,) = ran.json["signatures"]
    for key, value in {
        "field": "ada-okafor",
        "signer": ADA,
        "valid": True,
        "trusted": True,
        "level": "B-B",
        "covers": "whole file",
        "reasons": [],
        "revocation": "good",
    }.items():
        assert found[key] == value
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", found["time"])


def test_verify_without_trust_or_signatures(project: Project, letter: Path, identities: Path) -> None:
    empty = project.cli("verify", letter, "--json")
    assert (empty.code, empty.json["valid"], empty.json["signatures"]) == (1, False, [])
    project.cli("sign", letter, "--as", ADA, "--key", identities / "ada.p12")
    unknown = project.cli("verify", letter)
    assert unknown.code == 1
    assert "valid, not trusted" in unknown.err
    assert "nobody vouches for Ada Okafor" in unknown.err


def test_verify_reads_the_standard_input(project: Project, letter: Path, identities: Path) -> None:
    project.cli("sign", letter, "--as", ADA, "--key", identities / "ada.p12")
    command = [sys.executable, "-m", "letterpress", "verify", "-", "--trust", str(identities / "test-ca/ca.pem")]
    ran = subprocess.run([*command, "--json"], input=letter.read_bytes(), cwd=project.root, capture_output=True)
    found = json.loads(ran.stdout)
    assert (found["file"], found["valid"], ran.returncode) == ("-", True, 0)
    empty = subprocess.run(command, input=b"", cwd=project.root, capture_output=True, text=False)
    assert (empty.returncode, b"Traceback" in empty.stderr) == (2, False)


def test_the_projects_trust_folder_is_used(project: Project, letter: Path, identities: Path) -> None:
    project.cli("sign", letter, "--as", ADA, "--key", identities / "ada.p12")
    project.write("trust/board.pem", (identities / "test-ca" / "ca.pem").read_bytes())
    assert project.cli("verify", letter).code == 0


def test_trust_that_came_with_the_file_is_not(
    project: Project, identities: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("download")
    (other / "content").mkdir()
    (other / "trust").mkdir()
    (other / "trust" / "ca.pem").write_bytes((identities / "test-ca" / "ca.pem").read_bytes())
    (other / "letter.pdf").write_bytes(signing.render())
    project.cli("sign", other / "letter.pdf", "--as", ADA, "--key", identities / "ada.p12")
    assert project.cli("verify", other / "letter.pdf").code == 1


def test_the_mode_of_the_file_is_kept_and_nothing_is_left_behind(
    project: Project, letter: Path, identities: Path
) -> None:
    letter.chmod(0o640)
    link = project.root / "link.pdf"
    link.symlink_to(letter)
    assert project.cli("sign", link, "--as", ADA, "--key", identities / "ada.p12").code == 0
    assert stat.S_IMODE(letter.stat().st_mode) == 0o640
    assert link.is_symlink(), "what a link names is replaced, not the link"
    assert len(verify(letter.read_bytes()).signatures) == 1
    assert sorted(path.name for path in letter.parent.iterdir()) == ["letter.pdf"]


# Failures: the file is as it was


def failed(project: Project, letter: Path, *arguments: object, code: int = 1) -> str:
    before = letter.read_bytes()
    ran = project.cli("sign", letter, *map(str, arguments))
    assert ran.code == code, ran.err
    assert ran.out == ""
    assert "Traceback" not in ran.err
    assert SECRET not in ran.err
    assert letter.read_bytes() == before
    assert sorted(path.name for path in letter.parent.iterdir()) == ["letter.pdf"]
    return ran.err


def test_a_wrong_passphrase(project: Project, letter: Path, identities: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LETTERPRESS_PASSPHRASE", "hunter2-hunter2")
    text = failed(project, letter, "--as", ADA, "--key", identities / "ada.p12")
    assert "the passphrase does not open this key" in text
    assert "hunter2" not in text
    verbose = project.cli("sign", letter, "--as", ADA, "--key", identities / "ada.p12", "-v").err
    assert "Traceback" in verbose
    assert "hunter2" not in verbose


def test_no_passphrase_at_all(
    project: Project, letter: Path, identities: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LETTERPRESS_PASSPHRASE")
    monkeypatch.setattr("sys.stdin", open(os.devnull))  # noqa: SIM115 - closed below
    text = failed(project, letter, "--as", ADA, "--key", identities / "ada.p12")
    sys.stdin.close()
    assert "--passphrase-fd N" in text


def test_without_a_name_the_places_are_listed(project: Project, letter: Path, identities: Path) -> None:
    text = failed(project, letter, "--key", identities / "ada.p12", code=2)
    assert "add --as NAME. Ada Okafor (ada-okafor): open; Ben Silva (ben-silva): open" in text


def test_without_a_key(project: Project, letter: Path) -> None:
    assert "--key ID.p12, --key KEY.pem --cert CERT.pem, or --pkcs11" in failed(project, letter, "--as", ADA, code=2)


def test_a_passphrase_is_never_an_argument(project: Project, letter: Path, identities: Path) -> None:
    ran = project.cli("sign", letter, "--as", ADA, "--key", identities / "ada.p12", "--passphrase", SECRET)
    assert ran.code == 2


def test_level_and_timestamp_server(project: Project, letter: Path, identities: Path) -> None:
    key = ("--as", ADA, "--key", identities / "ada.p12")
    assert "B-LT needs a timestamp server" in failed(project, letter, *key, "--level", "B-LT", code=2)
    dead = "http://127.0.0.1:9/tsa"
    text = failed(project, letter, *key, "--tsa", dead)
    assert f"letter.pdf: the timestamp server {dead} failed" in text
    ran = project.cli("sign", letter, *key, "--tsa", dead, "--tsa-optional", "--json")
    assert ran.code == 0
    assert ran.json["level"] == "B-B"
    assert "warning: signed at B-B, without a timestamp" in ran.err
    assert ran.json["diagnostics"][0]["severity"] == "warning"


def test_files_that_cannot_be_signed(project: Project, identities: Path) -> None:
    key = ("--as", ADA, "--key", identities / "ada.p12")
    missing = project.cli("sign", "nowhere.pdf", *key)
    assert (missing.code, missing.err) == (2, "nowhere.pdf: cannot be read: No such file or directory\n")
    folder = project.cli("sign", project.root, *key)
    assert (folder.code, "holds no PDF" in folder.err) == (2, True)
    text = project.write("letter.pdf", "Dear Madam,")
    assert project.cli("sign", text, *key).code == 2
    assert text.read_text() == "Dear Madam,"


def test_a_read_only_target(project: Project, letter: Path, identities: Path) -> None:
    letter.chmod(0o444)
    text = failed(project, letter, "--as", ADA, "--key", identities / "ada.p12", code=2)
    assert "letter.pdf: is read-only. hint: write the signed letter elsewhere with -o" in text
    elsewhere = project.cli("sign", letter, "--as", ADA, "--key", identities / "ada.p12", "-o", "signed.pdf")
    assert elsewhere.code == 0


def test_an_output_folder_that_is_not_there(project: Project, letter: Path, identities: Path) -> None:
    text = failed(project, letter, "--as", ADA, "--key", identities / "ada.p12", "-o", "no/such/signed.pdf", code=2)
    assert "does not exist" in text
    (project.root / "signed").mkdir()
    assert project.cli("sign", letter, "--as", ADA, "--key", identities / "ada.p12", "-o", "signed").code == 0
    assert verify((project.root / "signed" / "letter.pdf").read_bytes()).signatures[0].valid


def run_of(project: Project, count: int) -> list[Path]:
    """Letters of a run, each with a place for Ada and one for Ben."""
    return [project.write(f"run/{number}.pdf", signing.render(signing.PEOPLE[:2])) for number in range(1, count + 1)]


def test_a_run_is_signed_with_one_question(
    project: Project, identities: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    letters = run_of(project, 3)
    other = project.write("run/other.pdf", signing.render(()))
    broken = project.write("run/broken.pdf", b"no PDF")
    asked: list[str] = []
    monkeypatch.delenv("LETTERPRESS_PASSPHRASE")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)

    def prompt(question: str, **_: Any) -> str:
        asked.append(question)
        return SECRET

    monkeypatch.setattr("click.prompt", prompt)
    ran = project.cli("sign", project.root / "run", "--as", ADA, "--key", identities / "ada.p12", "--report", "r.csv")
    assert (ran.code, len(asked)) == (1, 1), ran.err
    assert ran.err.splitlines()[-2] == "3 signed, 1 failed, 1 skipped"
    assert [len(verify(path.read_bytes()).signatures) for path in letters] == [1, 1, 1]
    assert broken.read_bytes() == b"no PDF"
    assert not verify(other.read_bytes()).signatures
    rows = (project.root / "r.csv").read_text("utf-8-sig").splitlines()
    assert len(rows) == 3
    assert any("broken.pdf,failed,is not a PDF" in row for row in rows)
    assert any("other.pdf,skipped,this PDF keeps no place" in row for row in rows)

    before = [path.read_bytes() for path in letters]
    again = project.cli("sign", *letters, "--as", ADA, "--key", identities / "ada.p12", "--json")
    assert (again.code, [path.read_bytes() for path in letters]) == (0, before), "what is signed stays as it is"
    assert json.loads(again.out)["summary"] == {"letters": 3, "signed": 0, "failed": 0, "skipped": 3}
    assert len(asked) == 1, "nothing is asked for what is not signed"


def test_several_letters_into_a_folder(project: Project, identities: Path) -> None:
    letters = run_of(project, 2)
    before = [path.read_bytes() for path in letters]
    key = ("--as", ADA, "--key", identities / "ada.p12")
    assert project.cli("sign", *letters, *key, "-o", "done/signed").code == 0
    assert [path.read_bytes() for path in letters] == before
    assert all(verify((project.root / "done/signed" / path.name).read_bytes()).signatures[0].valid for path in letters)
    doubled = project.cli("sign", letters[0], project.write("b/1.pdf", before[0]), *key, "-o", "done")
    assert (doubled.code, "would both become" in doubled.err) == (2, True)
    assert "a folder is made here" in project.cli("sign", *letters, *key, "-o", "all.pdf").err


def test_a_key_in_anothers_name(project: Project, identities: Path) -> None:
    letters = run_of(project, 2)
    before = [path.read_bytes() for path in letters]
    key = ("--as", BEN, "--key", identities / "ada.p12")
    ran = project.cli("sign", *letters, *key)
    assert (ran.code, [path.read_bytes() for path in letters]) == (1, before)
    assert ran.err.count("the key belongs to Ada Okafor, and the place is kept for Ben Silva") == 1
    assert "add --on-behalf" in ran.err
    assert project.cli("sign", *letters, *key, "--on-behalf").code == 0
    assert verify(letters[0].read_bytes()).state.startswith("1 of 2 has signed; Ada Okafor signed in the place of Ben")


def test_a_file_that_changes_while_it_is_signed(
    project: Project, letter: Path, identities: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = atomic.write_version
    newer = letter.read_bytes() + b"\n% somebody else's change\n"

    def write_after_somebody_else(snapshot: atomic.Snapshot, path: Path, content: bytes, **options: Any) -> None:
        letter.write_bytes(newer)
        real(snapshot, path, content, **options)

    monkeypatch.setattr(atomic, "write_version", write_after_somebody_else)
    ran = project.cli("sign", letter, "--as", ADA, "--key", identities / "ada.p12")
    assert ran.code == 1
    assert "was changed by somebody else while it was being signed, and was left as it is" in ran.err
    assert letter.read_bytes() == newer
    assert sorted(path.name for path in letter.parent.iterdir()) == ["letter.pdf"]


def test_a_full_disk_leaves_the_letter_whole(project: Project, identities: Path, tiny_disk: Path) -> None:
    letter = tiny_disk / "letter.pdf"
    letter.write_bytes(signing.render(paragraphs=60))
    (tiny_disk / "ballast").write_bytes(bytes(64 * 1024 - 4096 * (letter.stat().st_size // 4096 + 3)))
    before = letter.read_bytes()
    ran = project.cli("sign", letter, "--as", ADA, "--key", identities / "ada.p12")
    assert ran.code == 2, ran.err
    assert "the disk is full; nothing was written" in ran.err
    assert letter.read_bytes() == before
    assert sorted(path.name for path in tiny_disk.iterdir()) == ["ballast", "letter.pdf"]


def test_a_letter_that_no_longer_fits_its_signatures_is_not_signed_again(
    project: Project, letter: Path, identities: Path
) -> None:
    project.cli("sign", letter, "--as", ADA, "--key", identities / "ada.p12")
    damaged = bytearray(letter.read_bytes())
    damaged[300] ^= 1  # in the colour profile, which stands first
    letter.write_bytes(bytes(damaged))
    text = failed(project, letter, "--as", BEN, "--key", identities / "ben.p12")
    assert "an earlier signature no longer fits this file: Ada Okafor" in text


# Passphrases, help, processes


def launch(project: Project, *arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    code = "import sys; from letterpress import cli; cli.COMMANDS.update("
    code += "{n: (f'letterpress.cli.sign:{n}', n) for n in ('sign', 'verify', 'identity')}); sys.exit(cli.main())"
    environment = {key: value for key, value in os.environ.items() if key != "LETTERPRESS_PASSPHRASE"}
    source = str(Path(atomic.__file__).parents[1])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (source, environment.get("PYTHONPATH"))))
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=project.root,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        timeout=60,
        **options,
    )


@pytest.mark.slow
def test_a_passphrase_from_a_file_descriptor(project: Project, letter: Path, identities: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, f"{SECRET}\nnot this line\n".encode())
    os.close(writing)
    ran = launch(
        project,
        *("sign", letter, "--as", ADA, "--key", identities / "ada.p12", "--passphrase-fd", reading),
        pass_fds=[reading],
    )
    os.close(reading)
    assert ran.returncode == 0, ran.stderr
    closed = launch(project, "sign", letter, "--as", BEN, "--key", identities / "ben.p12", "--passphrase-fd", 57)
    assert closed.returncode == 2
    assert "no passphrase can be read from file descriptor 57" in closed.stderr


@pytest.mark.slow
def test_the_help_of_signing_loads_neither_pyhanko_nor_pango(project: Project) -> None:
    code = (
        "import sys; from letterpress.cli.sign import sign, verify, identity;"
        "sign.main(['--help'], standalone_mode=False);"
        "heavy = {'pyhanko', 'weasyprint', 'cryptography', 'pkcs11'};"
        "print(sorted({name.split('.')[0] for name in sys.modules} & heavy))"
    )
    source = str(Path(atomic.__file__).parents[1])
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": source},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert ran.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", [("sign",), ("verify",), ("identity", "new"), ("identity", "revoke")])
def test_help_ends_with_an_example(project: Project, command: tuple[str, ...]) -> None:
    ran = project.cli(*command, "--help")
    assert ran.code == 0
    assert f"Example: letterpress {' '.join(command)}" in " ".join(ran.out.split())


# Identities


def new_identity(project: Project, *arguments: object) -> Ran:
    return project.cli("identity", "new", *map(str, arguments))


def test_identity_new(project: Project, letter: Path) -> None:
    made = new_identity(project, "--name", ADA, "--out", "keys/ada.p12", "--json")
    assert made.code == 0
    assert made.json["test"] is True
    assert made.json["trust"] == "keys/test-ca/ca.pem"
    assert "test identity of Ada Okafor" in made.err
    assert project.cli("sign", letter, "--as", ADA, "--key", "keys/ada.p12").code == 0
    checked = project.cli("verify", letter, "--trust", "keys/test-ca/ca.pem", "--json")
    assert checked.code == 0
    assert "a test identity: anybody can make one in any name" in checked.json["signatures"][0]["notes"]


def test_identity_revoke_is_heeded(project: Project, letter: Path) -> None:
    new_identity(project, "--name", ADA, "--out", "keys/ada.p12")
    project.cli("sign", letter, "--as", ADA, "--key", "keys/ada.p12")
    assert project.cli("identity", "revoke", "keys/ada.p12").code == 0
    checked = project.cli("verify", letter, "--trust", "keys/test-ca", "--json")
    assert checked.code == 1
    (found,) = checked.json["signatures"]
    assert (found["valid"], found["trusted"], found["revocation"]) == (True, False, "revoked")
    assert "was revoked on" in found["reasons"][0]


def test_identity_of_a_name_that_a_certificate_has_no_room_for(project: Project) -> None:
    for length, code in ((33, 2), (32, 0)):
        made = new_identity(project, "--name", "Ä" * length, "--out", f"keys/{length}.p12")
        assert made.code == code, made.err
        assert ("the name takes 66 bytes; a certificate has room for 64" in made.err) is (code == 2)
        assert Path(f"keys/{length}.p12").exists() is (code == 0)


def test_identity_never_overwrites(project: Project) -> None:
    new_identity(project, "--name", ADA, "--out", "keys/ada.p12")
    before = Path("keys/ada.p12").read_bytes()
    again = new_identity(project, "--name", ADA, "--out", "keys/ada.p12")
    assert again.code == 2
    assert "keys/ada.p12: exists already, and a key is not overwritten" in again.err
    assert Path("keys/ada.p12").read_bytes() == before
