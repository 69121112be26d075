"""Rewrites a template's syntax tree before it is compiled, so that its work is counted and its values are marked.

Each change puts one of the sandbox's own filters around an expression; their names begin with `_`, which no template
can write.

Not here: what the filters do (`limits`, `filters`), and which there are (`sandbox`).
"""

from __future__ import annotations

from typing import Any

from jinja2 import nodes


def rewrite(tree: nodes.Template) -> None:
    """Count a template's work, and put marks around what it prints.

    The order matters: what is put in must not be counted or marked itself.
    """
    for comparison in list(tree.find_all(nodes.Compare)):
        sides: tuple[nodes.Compare | nodes.Operand, ...] = (comparison, *comparison.ops)
        for side in sides:
            side.expr = _filtered(side.expr, "_weighed")
    for item in list(tree.find_all(nodes.Getitem)):
        if isinstance(item.arg, nodes.Slice):
            item.node = _filtered(item.node, "_sliced")
        elif not isinstance(item.arg, nodes.Const):
            item.arg = _filtered(item.arg, "_weighed")
    for pair in list(tree.find_all(nodes.Pair)):
        pair.key = _filtered(pair.key, "_weighed")
    _count_turns(tree)
    _show_values(tree)
    _bound_joins(tree)


def _filtered(node: Any, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _count_turns(tree: nodes.Node) -> None:
    """Put each turn of a loop under the budget, with the template's own text that it prints."""
    for loop in list(tree.find_all(nodes.For)):
        loop.iter = _filtered(loop.iter, "_counted")
        if loop.test is not None:
            loop.test = _filtered(loop.test, "_turned")
        if loop.recursive:
            _count_text(loop.body, always=True)
    repeats: list[Any] = list(tree.find_all((nodes.For, nodes.Macro, nodes.CallBlock)))
    for repeated in repeats:
        _count_text(repeated.body)
        for branch in list(repeated.find_all(nodes.If)):
            _count_text(branch.body)
            _count_text(branch.else_)


def _count_text(body: list[nodes.Node], *, always: bool = False) -> None:
    """Begin a piece of a template with taking its own text off the budget."""
    parts = [part for node in body if isinstance(node, nodes.Output) for part in node.nodes]
    size = sum(len(part.data) for part in parts if isinstance(part, nodes.TemplateData))
    counted = bool(body) and isinstance(body[0], nodes.ExprStmt)
    if body and not counted and (size > 10 or always):
        line = body[0].lineno
        body.insert(0, nodes.ExprStmt(_filtered(nodes.Const(size, lineno=line), "_text"), lineno=line))


def _show_values(tree: nodes.Node) -> None:
    """Mark what `{{ }}` prints, but for a template's own words, and what a filter makes of a piece of it."""
    for output in list(tree.find_all(nodes.Output)):
        output.nodes = [
            node if isinstance(node, nodes.TemplateData) or _is_literal(node) else _filtered(node, "_shown")
            for node in output.nodes
        ]
    blocks: list[Any] = list(tree.find_all((nodes.FilterBlock, nodes.AssignBlock)))
    for block in blocks:
        if block.filter is not None:
            block.filter = _filtered(block.filter, "_shown")


def _is_literal(node: nodes.Node | None) -> bool:
    """Say whether an expression gives one of the words that stand in it: `'Dear' if x else 'To'`."""
    if isinstance(node, nodes.CondExpr):
        return _is_literal(node.expr1) and (node.expr2 is None or _is_literal(node.expr2))
    return isinstance(node, nodes.Const)


def _bound_joins(tree: nodes.Node) -> None:
    """Put `~` under the budget: `a ~ b` becomes a filter over its parts."""
    for node in list(tree.find_all(nodes.Node)):
        for key, value in list(node.iter_fields()):
            if isinstance(value, nodes.Concat):
                setattr(node, key, _bound_join(value))
            elif isinstance(value, list):
                value[:] = [_bound_join(item) if isinstance(item, nodes.Concat) else item for item in value]


def _bound_join(concat: nodes.Concat) -> nodes.Filter:
    parts = nodes.List(concat.nodes, lineno=concat.lineno)
    return nodes.Filter(parts, "_joined", [], [], None, None, lineno=concat.lineno)
