"""`letterpress package --verify`: whatever is done to a package, it is found."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import letterpress
from letterpress.files.zip_stream import ZipStream
from letterpress.post import verification
from tests.support import packed
from tests.support.project import Project

LETTERS = 5
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of five letters in groups, made once."""
    folder = tmp_path_factory.mktemp("packed")
    packed.run_of(folder / "out", LETTERS)
    letterpress.package(folder / "out", folder / "whole.zip", group="country")
    return folder / "whole.zip"


def contents(path: Path) -> Files:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(path: Path, files: list[tuple[str, bytes]]) -> Path:
    """An archive just as letterpress writes it."""
    with path.open("wb") as file, ZipStream(file) as stream:
        for name, content in files:
            stream.add(name, content)
        stream.finish()
    return path


def unpacked(path: Path, files: Files) -> Path:
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def summed(files: Files) -> Files:
    """The files with check sums that are right."""
    lines = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items() if name != "SHA256SUMS")
    return {**files, "SHA256SUMS": "".join(lines).encode()}


def codes(verdict: verification.Verdict) -> set[str | None]:
    return {finding.code for finding in verdict.findings}


def test_a_package_and_its_folder_are_whole_and_have_one_sum(whole: Path, tmp_path: Path) -> None:
    files = contents(whole)
    for path in (whole, unpacked(tmp_path / "folder", files)):
        verdict = letterpress.verify_package(path)
        assert (verdict.passed, verdict.letters, verdict.files) == (True, LETTERS, len(files))
        assert verdict.sums == hashlib.sha256(files["SHA256SUMS"]).hexdigest()


def test_the_command_says_what_is_wrong_and_where(whole: Path, project: Project) -> None:
    folder = unpacked(project.root / "folder", contents(whole))
    name = next(name for name in contents(whole) if name.startswith("letters/"))
    (folder / name).write_bytes(b"another")
    (folder / "extra.txt").write_bytes(b"")
    ran = project.cli("package", "--verify", "folder")
    assert ran.code == 1
    assert f"folder/{name}: was changed: its check sum is another" in ran.err
    assert "folder/extra.txt: was added" in ran.err
    document = project.cli("package", "folder", "--verify", "--json").json
    assert document["passed"] is False
    assert {fault["value"] for fault in document["diagnostics"]} == {name, "extra.txt"}
    ran = project.cli("package", "--verify", str(whole))
    assert (ran.code, "whole and unchanged; 5 letters in" in ran.err) == (0, True)


def test_what_is_no_package_cannot_be_read(project: Project) -> None:
    project.write("a.zip", "no archive")
    for name in ("a.zip", "nothing.zip"):
        assert project.cli("package", "--verify", name).code == 2
    (project.root / "empty").mkdir()
    assert codes(letterpress.verify_package(project.root / "empty")) == {"package-file-missing"}


# --- one file more, less or other -------------------------------------------------------------------------------------

CHANGES: dict[str, Callable[[Files, str, str], None]] = {
    "missing": lambda files, one, _: files.__delitem__(one),
    "changed": lambda files, one, _: files.update({one: files[one] + b"."}),
    "emptied": lambda files, one, _: files.update({one: b""}),
    "added": lambda files, one, _: files.update({f"{one}.bak": files[one]}),
    "renamed": lambda files, one, _: files.update({f"x/{one}": files.pop(one)}),
    "exchanged": lambda files, one, other: files.update({one: files[other], other: files[one]}),
}


@settings(max_examples=40)
@given(change=st.sampled_from(sorted(CHANGES)), data=st.data())
def test_every_change_of_a_file_is_found(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, change: str, data: st.DataObject
) -> None:
    files = contents(whole)
    one = data.draw(st.sampled_from(sorted(files)))
    other = data.draw(st.sampled_from(sorted(set(files) - {one})))
    if files[one] == files[other]:
        return
    CHANGES[change](files, one, other)
    folder = tmp_path_factory.mktemp("changed")
    try:
        for path in (zipped(folder / "a.zip", list(files.items())), unpacked(folder / "b", files)):
            verdict = letterpress.verify_package(path)
            assert not verdict.passed
            named = {str(finding.value) for finding in verdict.findings}
            assert any(one in name or name in one for name in named), (change, one, named)
    finally:
        shutil.rmtree(folder)


@settings(max_examples=120)
@given(data=st.data())
def test_no_byte_of_an_archive_can_be_another(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(whole.read_bytes())
    kind = data.draw(st.sampled_from(("flip", "cut", "append", "insert", "remove")))
    at = data.draw(st.integers(0, len(content) - 1))
    if kind == "flip":
        content[at] ^= data.draw(st.integers(1, 255))
    elif kind == "cut":
        content = content[:at]
    else:
        at = len(content) if kind == "append" else at
        if kind == "remove":
            del content[at : at + data.draw(st.integers(1, 40))]
        else:
            content[at:at] = data.draw(st.binary(min_size=1, max_size=40))
    if bytes(content) == whole.read_bytes():
        return
    path = tmp_path_factory.getbasetemp() / "flipped.zip"
    path.write_bytes(content)
    if content[:4] in (b"PK\3\4", b"PK\5\6"):
        assert not letterpress.verify_package(path).passed
    else:
        with pytest.raises(letterpress.UnreadableInput, match="is no package"):
            letterpress.verify_package(path)


def test_an_archive_that_another_program_packed_is_verified_as_a_folder(whole: Path, tmp_path: Path) -> None:
    files = contents(whole)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    (finding, *_) = letterpress.verify_package(tmp_path / "a.zip").findings
    assert finding.code == "package-archive-changed"
    assert "verify the folder" in str(finding.hint)


# --- sums that are right and lists that are not -----------------------------------------------------------------------


def changed_list(files: Files, change: Callable[[dict[str, list[dict[str, object]]]], object]) -> Files:
    """The files with another list of letters, as letterpress would write it, and check sums that are right."""
    listed = json.loads(files["manifest.json"])
    change(listed)
    head = {name: listed[name] for name in ("format", "letter", "grouped_by", "redacted")}
    tail = {name: listed[name] for name in ("groups", "summary")}
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in listed["letters"])
    text = f'{json.dumps(head)[:-1]}, "letters": [\n{lines}\n], {json.dumps(tail)[1:]}\n'
    return summed({**files, "manifest.json": text.encode()})


def test_a_letter_that_was_taken_out_of_files_and_sums_is_missed_in_the_list(whole: Path, tmp_path: Path) -> None:
    files = contents(whole)
    name = next(name for name in files if name.startswith("letters/"))
    del files[name]
    verdict = letterpress.verify_package(zipped(tmp_path / "a.zip", list(summed(files).items())))
    assert [(one.code, one.value) for one in verdict.findings] == [("package-file-missing", name)]


def test_letters_that_were_exchanged_with_their_sums_are_found_by_the_list(whole: Path, tmp_path: Path) -> None:
    files = contents(whole)
    one, other = [name for name in files if name.startswith("letters/")][:2]
    files[one], files[other] = files[other], files[one]
    verdict = letterpress.verify_package(zipped(tmp_path / "a.zip", list(summed(files).items())))
    assert {(found.code, found.value) for found in verdict.findings} == {
        ("package-file-changed", one),
        ("package-file-changed", other),
    }


def test_a_letter_that_no_list_names_is_extra(whole: Path, tmp_path: Path) -> None:
    files = {**contents(whole), "letters/x.pdf": b"x"}
    verdict = letterpress.verify_package(zipped(tmp_path / "a.zip", list(summed(files).items())))
    assert [(one.code, one.value) for one in verdict.findings] == [("package-file-extra", "letters/x.pdf")]


@pytest.mark.parametrize(
    ("change", "value"),
    [
        (lambda given: given["letters"].pop(), None),
        (lambda given: given["letters"].reverse(), "manifest.json"),
        (lambda given: given["letters"][0].update(recipient=["Somebody else"]), "manifest.csv"),
        (lambda given: given["letters"][1].update(pages=9), "manifest.csv"),
        (lambda given: given["letters"].append(given["letters"][0]), "manifest.json"),
        (lambda given: given["letters"][0].update(more=1), "manifest.json"),
        (lambda given: given["letters"][0].pop("sha256"), "manifest.json"),
        (lambda given: given["letters"][0].update(file=7), "manifest.json"),
        (lambda given: given["letters"][0].update(enclosures=[7]), "manifest.json"),
        (lambda given: given["summary"].update(letters=4), "manifest.json"),
        (lambda given: given.update(format="another"), "manifest.json"),
    ],
)
def test_a_list_that_says_something_else_is_found(
    whole: Path, tmp_path: Path, change: Callable[[dict[str, list[dict[str, object]]]], object], value: str | None
) -> None:
    files = contents(whole)
    assert changed_list(files, lambda _: None) == files
    verdict = letterpress.verify_package(zipped(tmp_path / "a.zip", list(changed_list(files, change).items())))
    assert not verdict.passed
    if value is not None:
        assert value in {one.value for one in verdict.findings}


def test_a_file_that_is_two_letters_of_the_list_is_found(whole: Path, tmp_path: Path) -> None:
    def change(given: dict[str, list[dict[str, object]]]) -> None:
        given["letters"].append({**given["letters"][0], "number": LETTERS + 1})
        given["summary"].update(letters=LETTERS + 1)  # type: ignore[attr-defined]

    files = changed_list(contents(whole), change)
    found = letterpress.verify_package(zipped(tmp_path / "a.zip", list(files.items()))).findings
    name = json.loads(files["manifest.json"])["letters"][0]["file"]
    assert [one.value for one in found if "is 2 letters of the list" in one.message] == [name]


@settings(max_examples=60)
@given(
    name=st.sampled_from(("manifest.json", "SHA256SUMS", "manifest.csv")),
    wild=st.binary(max_size=60),
    at=st.floats(0, 1),
)
def test_lists_may_hold_anything(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, name: str, wild: bytes, at: float
) -> None:
    files = contents(whole)
    place = int(at * len(files[name]))
    changed = files[name][:place] + wild + files[name][place + len(wild) :]
    if changed == files[name]:
        return
    made = {**files, name: changed}
    path = zipped(
        tmp_path_factory.getbasetemp() / "wild.zip", list((made if name == "SHA256SUMS" else summed(made)).items())
    )
    assert not letterpress.verify_package(path).passed


def test_two_files_of_one_name_and_names_that_lead_out_are_found(whole: Path, tmp_path: Path) -> None:
    files = list(contents(whole).items())
    path = zipped(tmp_path / "a.zip", [*files, files[0]])
    assert codes(letterpress.verify_package(path)) == {"package-file-extra"}
    for name in ("../out.txt", "/out.txt", "a\\b", "letters/../x", "C:/x", "letters//x"):
        path = zipped(tmp_path / "b.zip", list(summed({**contents(whole), name: b"x"}).items()))
        assert name in {one.value for one in letterpress.verify_package(path).findings}


def test_a_link_in_a_folder_is_not_followed(whole: Path, tmp_path: Path) -> None:
    files = contents(whole)
    folder = unpacked(tmp_path / "folder", files)
    name = next(name for name in files if name.startswith("letters/"))
    (tmp_path / "elsewhere.pdf").write_bytes(files[name])
    (folder / name).unlink()
    (folder / name).symlink_to(tmp_path / "elsewhere.pdf")
    (folder / "more").symlink_to(tmp_path)
    found = {(one.code, one.value) for one in letterpress.verify_package(folder).findings}
    assert {("package-file-changed", name), ("package-file-extra", "more")} <= found


def test_of_very_many_findings_the_first_are_told_and_the_others_counted(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "MOST", 3)
    files = [*contents(whole).items(), *((f"x{number}", b"") for number in range(5))]
    verdict = letterpress.verify_package(zipped(tmp_path / "a.zip", files))
    assert len(verdict.findings) == 4
    assert verdict.findings[-1].message == "and 2 findings more"


def test_a_list_of_letters_can_be_read_by_any_program(whole: Path) -> None:
    listed = json.loads(contents(whole)["manifest.json"])
    assert [one["number"] for one in listed["letters"]] == [1, 2, 3, 4, 5]
    assert listed["summary"] == {"letters": 5, "pages": 11, "sheets": 11, "failed": 0}
    assert io.BytesIO(contents(whole)["manifest.csv"]).read(3) == b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (lambda sums: sums.splitlines()[0], "names 'letters/"),
        (lambda sums: f"{'0' * 64}  SHA256SUMS", "names itself"),
        (lambda sums: "0000  letters/x.pdf", "is no check sum with a name"),
    ],
)
def test_check_sums_that_say_more_than_there_is_are_found(
    whole: Path, tmp_path: Path, line: Callable[[str], str], said: str
) -> None:
    files = contents(whole)
    files["SHA256SUMS"] += f"{line(files['SHA256SUMS'].decode())}\n".encode()
    (finding,) = letterpress.verify_package(zipped(tmp_path / "a.zip", list(files.items()))).findings
    assert (finding.code, finding.value, said in finding.message) == ("package-list-wrong", "SHA256SUMS", True)
