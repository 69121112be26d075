"""Changes code, one place at a time, and looks whether its tests fail: `python -m tests.proofs.mutations [MODULE ...]`, or
`make proof-mutations [MODULES="shards/manifest" MOST=25]`.

The modules are those that decide about trust, money, addresses and resume. A change that no test notices is a survivor:
either a test is missing, or the change makes no difference, which `mutations.toml` says with its reason. Each change is made
in a copy of the package, in which the module's tests run.

Prints a table, and each survivor. Which changes of a module are tried is chosen by a fixed seed, MOST of each.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]
EXPLAINED = Path(__file__).with_suffix(".toml")
MODULES = {
    "shards/manifest": "tests/shards/test_node.py",
    "shards/driver": "tests/shards/test_node.py",
    "shards/run": "tests/shards/test_node.py tests/shards/test_planning.py",
    "shards/sweeping": "tests/shards/test_node.py",
    "places/probing": "tests/places",
    "places/answers": "tests/places",
    "batch/unchanged": "tests/batch/test_run.py tests/batch/test_merge.py",
    "batch/journal/store": "tests/batch/test_journal.py tests/batch/test_journal_damage.py tests/batch/test_run.py",
    "text/numbers": "tests/text tests/filling tests/recipients",
    "filling/amounts": "tests/codes tests/einvoice tests/filling",
    "filling/slips": "tests/codes tests/filling",
    "codes/payment": "tests/codes/test_payments.py",
    "codes/swiss": "tests/codes/test_payments.py tests/codes/test_slips.py",
    "einvoice/reckoning": "tests/einvoice",
    "addressing/certainty": "tests/addressing/test_certainty.py tests/addressing/test_salutation.py",
    "addressing/postcodes": "tests/addressing/test_address.py tests/addressing/test_posts.py",
    "signing/judging/judge": "tests/signing/test_verify.py tests/signing/test_verify_attacks.py",
    "signing/certificates/revocation": "tests/signing/test_verify.py tests/signing/test_validation_data.py",
    "signing/certificates/purpose": "tests/signing/test_verify.py tests/signing/test_verify_weak.py",
    "signing/certificates/trust": "tests/signing/test_verify.py tests/signing/test_verify_attacks.py",
}
"""Path of a module in the package -> the tests that hold it."""
_OTHER = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one change."""

    place: str
    """Function or class that it is in; empty: the module."""
    change: str
    source: str

    @property
    def key(self) -> str:
        return f"{self.place}: {self.change}" if self.place else self.change


def mutants(source: str) -> Iterator[Mutant]:
    """Give each change of a module."""
    tree = ast.parse(source)
    for number, (node, place) in enumerate(list(_changeable(tree, ""))):
        for change in _changes(node):
            changed = copy.deepcopy(tree)
            found, _ = list(_changeable(changed, ""))[number]
            before = ast.unparse(found)
            change(found)
            after = ast.unparse(found)
            if before != after:
                shown = f"`{_short(before)}` -> `{_short(after)}`"
                yield Mutant(place, shown, ast.unparse(ast.fix_missing_locations(changed)))


def _short(text: str) -> str:
    first, *more = text.splitlines()
    return first + (" ..." if more else "")


def _changeable(node: ast.AST, place: str) -> Iterator[tuple[ast.AST, str]]:
    """Nodes in order, without docstrings, annotations, decorators and what is for type checkers alone."""
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    yield node, place
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        place = f"{place}.{node.name}".lstrip(".")
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            is_text = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            if (
                isinstance(child, ast.AST)
                and not is_text
                and not isinstance(child, ast.JoinedStr | ast.Import | ast.ImportFrom)
            ):
                yield from _changeable(child, place)


def _changes(node: ast.AST) -> list:
    """Functions that each change the node in place."""

    def other(name: str, at: int | None = None):
        def change(node: ast.AST) -> None:
            value = getattr(node, name)
            if at is None:
                setattr(node, name, _OTHER[type(value)]())
            else:
                value[at] = _OTHER[type(value[at])]()

        return change

    match node:
        case ast.Compare(ops=ops):
            return [other("ops", at) for at, op in enumerate(ops) if type(op) in _OTHER]
        case ast.BoolOp():
            return [other("op")]
        case ast.BinOp(op=op) if type(op) in _OTHER and not isinstance(node.left, ast.JoinedStr):
            return [other("op")]
        case ast.Constant(value=bool(value)):
            return [lambda node: setattr(node, "value", not value)]
        case ast.Constant(value=int(value)):
            return [lambda node: setattr(node, "value", value + 1)]
        case ast.Return(value=ast.expr()) if ast.unparse(node) != "return None":
            return [lambda node: setattr(node, "value", ast.Constant(None))]
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) if not isinstance(
            test, ast.Compare | ast.BoolOp
        ):
            return [lambda node: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test))]
        case ast.Expr(value=ast.Call()):
            return [lambda node: setattr(node, "value", ast.Constant(None))]
    return []


class Copy:
    """A copy of the package, in which modules are changed."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "src"
        shutil.copytree(ROOT / "src", self.source, ignore=shutil.ignore_patterns("__pycache__"))
        for path in ROOT.iterdir():  # letterheads, and what else a checkout finds beside the package
            if path.name != "src":
                (folder / path.name).symlink_to(path)

    def tested(self, module: str, source: str, tests: Sequence[str], seconds: float) -> bool:
        """Whether the module's tests are content with the source."""
        path = self.source / f"letterpress/{module}.py"
        before = path.read_text(encoding="utf-8")
        path.write_text(source, encoding="utf-8")
        environment = os.environ | {"PYTHONPATH": f"{self.source}:{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--hypothesis-seed=1", *tests]
        try:
            ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=seconds)
        except subprocess.TimeoutExpired:
            return False
        finally:
            path.write_text(before, encoding="utf-8")
        return ran.returncode == 0


def explained() -> dict[str, dict[str, str]]:
    """Survivors that make no difference: module -> change -> why."""
    return tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make proof-mutations")
    parser.add_argument("--most", type=int, default=25, help="changes of a module")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("modules", nargs="*", metavar="MODULE")
    given = parser.parse_args(arguments)
    known, table = explained(), Table("module", "changes", "tried", "noticed", "explained", "left", title="mutations")
    left: list[str] = []
    with tempfile.TemporaryDirectory(prefix="letterpress-") as name:
        package = Copy(Path(name))
        for module in given.modules or MODULES:
            source = (ROOT / f"src/letterpress/{module}.py").read_text(encoding="utf-8")
            tests = MODULES[module].split()
            begun = time.monotonic()
            if not package.tested(module, source, tests, 3600):
                raise SystemExit(f"{module}: its tests fail without a change")
            limit = 20 + 5 * (time.monotonic() - begun)
            every = list(mutants(source))
            chosen = random.Random(given.seed).sample(every, min(given.most, len(every)))
            survivors = [one.key for one in chosen if package.tested(module, one.source, tests, limit)]
            open_ones = [key for key in survivors if key not in known.get(module, {})]
            left += [f"{module}: {key}" for key in open_ones]
            counts = (
                len(every),
                len(chosen),
                len(chosen) - len(survivors),
                len(survivors) - len(open_ones),
                len(open_ones),
            )
            table.add_row(module, *map(str, counts))
            print(f"{module}: {counts[2]} of {counts[1]} noticed; left: {open_ones}", file=sys.stderr, flush=True)
    Console(width=110).print(table)
    print("\n".join([*left, f"{len(left)} changes that no test notices and nothing explains"]))
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
