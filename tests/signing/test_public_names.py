"""`from letterpress import signing` gives functions and values, whatever was imported before, and loads them late."""

from __future__ import annotations

import ast
import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

from letterpress import signing

_REPORT = """
import json, types
modules = [name for name in signing.__all__ if isinstance(getattr(signing, name), types.ModuleType)]
print(json.dumps({"modules": modules, "same": signing.sign is signature.sign and signing.verify is verification.verify,
                  "heavy": heavy}))
"""
_ORDERS = {
    "names first": """
import sys
from letterpress import signing
heavy = [name for name in ("pyhanko", "cryptography", "letterpress.signing.signature") if name in sys.modules]
signing.sign, signing.verify
from letterpress.signing import signature, verification
""",
    "modules first": """
heavy = []
import letterpress.signing.signature as signature
import letterpress.signing.verification as verification
import letterpress.signing.judging.signatures, letterpress.signing.keys.files
from letterpress import signing
""",
}


@pytest.mark.parametrize("order", _ORDERS)
def test_a_module_never_hides_a_public_name(order: str) -> None:
    done = subprocess.run([sys.executable, "-c", _ORDERS[order] + _REPORT], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {"modules": ["existing", "fields"], "same": True, "heavy": []}


def test_no_module_bears_the_name_of_a_function_or_value() -> None:
    modules = {info.name for info in pkgutil.iter_modules(signing.__path__)}
    assert modules & set(signing.__all__) == {"existing", "fields"}


def test_type_checkers_and_callers_see_the_same_names() -> None:
    tree = ast.parse(Path(str(signing.__file__)).read_text(encoding="utf-8"))
    guard = next(node for node in tree.body if isinstance(node, ast.If))
    typed = {alias.name for node in guard.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert typed == set(signing.__all__)
    with pytest.raises(AttributeError, match="no attribute 'signn'"):
        _ = signing.signn  # type: ignore[attr-defined]
