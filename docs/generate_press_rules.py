"""Makes the table of PDF/X rules: for each its name, what is wrong, what to do, and its clause in either standard.

Its source is `src/letterpress/data/pdfx.toml`, which is what `letterpress validate` checks by.
"""

from __future__ import annotations

from collections.abc import Iterator

from letterpress.pdf.validation import rules


def page() -> str:
    """Make the table in Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "| rule | what is wrong | what to do | PDF/X-4 | PDF/X-1a | PDF/VT-1 |"
    yield "|---|---|---|---|---|---|"
    for rule in rules.table().values():
        cells = [f"`{rule.name}`", f"{rule.says}", rule.do, *(_clause(rule, family) for family in rules.FAMILIES)]
        yield "| " + " | ".join(cells) + " |"


def _clause(rule: rules.Rule, family: rules.Family) -> str:
    """Write the clause; a rule that only warns has a mark, one that the standard does not have is a dash."""
    clause = rule.clauses.get(family)
    return "-" if clause is None else f"{clause}, warns" if family in rule.warns else clause


if __name__ == "__main__":
    print(page())
