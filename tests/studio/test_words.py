"""The words of the studio: every fault that an office can meet has a plain sentence, in each language."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from typing import Any

import pytest

from letterpress import data
from letterpress.interactive import catalogue
from letterpress.letterhead import definition
from tests.support.project import ROOT

WORDS = ROOT / "src/letterpress/studio/static/words"
LANGUAGES = ("en", "de")
CODES = {
    code
    for path in (ROOT / "src/letterpress/data/diagnostics").glob("*.toml")
    for code in tomllib.loads(path.read_text(encoding="utf-8"))
}


@dataclass(frozen=True)
class Never:
    """Codes that the studio never shows."""

    why: str
    within: tuple[str, ...]
    """All code that reports them is below one of these; the studio does not go there."""
    codes: str


NEVER = (
    Never(
        "The terminal alone has options, commands and a viewer to open.",
        ("cli/",),
        """command-unknown option-unknown option-missing option-wrong pair-wrong usage-wrong option-alone output-is-file
        folder-empty sample-used letterhead-hidden schema-unknown run-ambiguous recipient-missing field-hidden
        corrections-unused picture-older key-choice shell-unknown index-missing project-missing deprecated passphrase-unreadable""",
    ),
    Never(
        "`letterpress doctor` looks at the installation, in the terminal.",
        ("installation/",),
        "metadata-missing temporary-unwritable cache-unusable encoding-other project-unwritable format-older",
    ),
    Never("Agents' tools have no page.", ("mcp/", "cli/mcp.py"), "mcp-missing pages-too-many"),
    Never(
        "Programs alone ask the service.",
        ("serve/", "interactive/letters.py", "interactive/signatures.py"),
        """answer-kind body-kind body-packed job-empty job-stalled list-kind method-unknown not-found parameter-file place-unclear request-invalid
        body-large body-slow idempotency-busy idempotency-key idempotency-reused job-deleted job-open range-wrong records-many
        stopping queue-full bodies-full rate-high token-wrong webhook-denied webhook-unset scope-missing serve-missing service-config service-key-unusable text-denied token-missing tokens-missing tokens-unreadable""",
    ),
    Never("A project is begun by `letterpress init` or `new`.", ("scaffold.py",), "folder-not-empty"),
    Never(
        "The studio names the files of a run itself; patterns of names are the option --name.",
        ("batch/file_names.py",),
        "pattern-brace pattern-empty pattern-filter-unknown pattern-leads-out pattern-name-unknown",
    ),
    Never("Variants are laid out by `check --layout`; the studio shows each by itself.", ("batch/variants.py",), "variants-not-laid-out"),
    Never("E-mails are written by the option --eml.", ("mail.py",), "mail-address-missing mail-address-invalid"),
    Never("--unique is an option; the studio has a button for each row instead.", ("batch/planning.py",), "recipient-left-out"),
    Never("An earlier run is asked for by --resume, `letterpress runs` and `letterpress package`.", ("cli/", "batch/journal/store.py", "batch/stored.py", "post/", "shards/run.py"), "run-missing"),
    Never(
        "The studio offers the envelopes and sheets that there are, and prints addresses in black.",
        ("post/", "cli/envelopes.py"),
        "medium-unknown label-missing offset-wrong profile-unfit code-several",
    ),
    Never(
        "Packages are verified, and examined for a carrier, by `letterpress package`; the studio offers the groups that there are.",
        ("post/", "cli/package.py", "cli/spools.py", "inserters/", "letterhead/zones.py"),
        """group-unknown package-archive-changed package-file-changed package-file-extra package-file-missing package-incomplete
        package-list-wrong package-refused package-signed package-partly-signed package-unreadable split-wrong spool-older weights-wrong inserter-changed inserter-crosses inserter-matrix inserter-unknown inserter-wrong""",
    ),
    Never("Outputs are named by options; the studio's go below out/ by names of its own.", ("files/inputs.py", "cli/preflight.py"), "output-twice output-reserved"),
    Never("The studio names such files where it shows what is made, and removes them there.", ("batch/earlier_files.py",), "earlier-left"),
    Never("The studio writes into no pipe.", ("files/targets.py",), "pipe-closed"),
    Never("--replace-signed is an option; the studio never replaces what is signed.", ("output.py",), "signed-replaced"),
    Never("The environment and the limits are those of who starts the studio: the terminal says it.", ("letterhead/context.py", "processes/limits.py"), "epoch-invalid limit-invalid"),
    Never("The terminal says it, where the studio is started: there is no page yet.", ("studio/server.py", "interactive/listening.py"), "studio-missing server-unstarted port-taken address-unusable"),
    Never("Python programs alone give functions and rows of their own.", ("processes/call_server.py", "recipients/rows.py"), "hook-failed record-not-mapping record-unreadable"),
    Never("--where and --order-by are options.", ("recipients/duckdb.py", "recipients/sql_names.py"), "sql-refused country-otherwise"),
    Never(
        "The studio signs with key files; tokens, and making test keys, are the terminal's.",
        ("signing/keys/",),
        """token-library-unusable token-empty token-ambiguous token-unknown token-locked token-refused key-type-unknown
        key-not-replaced identity-nameless identity-name-long authority-missing authority-other""",
    ),
    Never("The studio chooses neither level, nor time, nor a certifying signature.", ("signing/preconditions.py",), "certify-too-late level-unknown time-zone-missing"),
    Never(
        "The studio signs finished files, and no letter with a key while it is made.",
        ("letterhead/requirements.py",),
        "conformed-signed",
    ),
    Never(
        "The studio neither signs press copies, nor sets crop marks or a limit of ink.",
        ("letterhead/press_copies.py",),
        "press-signed marks-unused tac-unused",
    ),
    Never(
        "`letterpress validate` says which standards a file keeps.",
        ("pdf/validation/",),
        "validate-damaged validate-empty validate-locked validate-not-pdf verapdf-missing",
    ),
    Never(
        "The studio reads and writes folders; object storage is the terminal's.",
        ("places/", "batch/delivering.py"),
        """store-address store-changed store-condition store-failed store-library store-missing store-name store-refused
        store-settings store-unreachable""",
    ),
    Never(
        "Runs on many machines are begun and looked at in the terminal.",
        ("shards/", "cli/stores.py", "cli/outputs.py"),
        """engine-unknown file-outside-project manifest-damaged node-differs node-key-missing node-key-other project-damaged
        ray-lost ray-missing ray-no-machine ray-unreachable run-other run-unreadable scratch-failed shard-lost shard-unknown shard-unwritten""",
    ),
    Never("Drawings are compared by `verify --render-check`.", ("signing/display/drawn.py",), "drawing-differs drawing-failed drawing-same"),
)  # fmt: skip
CANNOT_OCCUR = {code: group for group in NEVER for code in group.codes.split()}
NOT_FOR_OFFICES = re.compile(
    r"\b(YAML|TOML|JSON|HTML|CSS|Jinja|Markdown|template|record|null|front matter|stdout|option|--\w+|Datensatz|Option)\b"
)


@pytest.fixture(scope="module", params=LANGUAGES)
def said(request: pytest.FixtureRequest) -> dict[str, str]:
    words: dict[str, str] = json.loads((WORDS / f"{request.param}.json").read_text(encoding="utf-8"))
    return words


def _faults(said: dict[str, str]) -> dict[str, str]:
    frame = {"mend", "look", "line", "lacking", "details", "cell"}
    return {
        key.removeprefix("fault."): text
        for key, text in said.items()
        if key.startswith("fault.") and key.split(".")[1] not in frame
    }


def test_every_fault_is_worded_or_cannot_occur(said: dict[str, str]) -> None:
    worded = {key.split(".")[0] for key in _faults(said)}
    assert sorted(CODES - worded - CANNOT_OCCUR.keys()) == []
    assert sorted(worded & CANNOT_OCCUR.keys()) == []
    assert sorted((worded | CANNOT_OCCUR.keys()) - CODES) == []


def test_what_cannot_occur_is_reported_only_where_the_studio_does_not_go() -> None:
    sources = ROOT / "src/letterpress"
    texts = {path.relative_to(sources).as_posix(): path.read_text(encoding="utf-8") for path in sources.rglob("*.py")}
    elsewhere = [
        (code, name)
        for code, group in CANNOT_OCCUR.items()
        for name, text in texts.items()
        if f'"{code}"' in text and not name.startswith(group.within)
    ]
    assert elsewhere == []


def test_sentences_are_whole_short_and_in_plain_words(said: dict[str, str]) -> None:
    wrong: list[Any] = []
    for code, text in _faults(said).items():
        if not text.endswith((".", "?")) or len(text) > 90 or NOT_FOR_OFFICES.search(text):
            wrong.append((code, text))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_ships_to_choose_from_is_in_the_language_of_the_page(language: str) -> None:
    said = json.loads((WORDS / f"{language}.json").read_text(encoding="utf-8"))
    kinds = [name for name in definition.names(ROOT) if definition.find(name, ROOT).shipped]
    wanted = [f"kind.{name}{part}" for name in kinds for part in ("", ".note")]
    wanted += [f"paper.{name}" for name in catalogue.PAPERS] + [f"copy.{name}" for name in catalogue.COPY_TITLES]
    for name, row in data.table("carriers").items():
        wanted += [f"carrier.{name}"] + ([f"carrier.{name}.unchecked"] if row.get("unchecked") else [])
    assert [key for key in wanted if not said.get(key)] == []
