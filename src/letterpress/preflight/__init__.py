"""Says before a PDF is sent whether its carrier takes it: each finding with its rule, its place and the rule's source.

    >>> from letterpress import preflight
    >>> report = preflight.examine(pdf, carrier="notify")                # doctest: +SKIP
    >>> report.passed, [finding.rule for finding in report.findings]    # doctest: +SKIP

Not here: what each carrier asks (carriers/), and what a file claims of itself. Written to the carriers' rules as they
were read: a carrier may refuse what passes here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from letterpress.preflight.checking import examine as examine
    from letterpress.preflight.checking import picture as picture
    from letterpress.preflight.findings import Finding as Finding
    from letterpress.preflight.findings import Report as Report

__all__ = ("Finding", "Report", "examine", "picture")


def __getattr__(name: str) -> Any:
    """Load a name when it is asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'letterpress.preflight' has no attribute '{name}'")
    from letterpress.preflight import checking, findings

    return getattr(checking if name in ("examine", "picture") else findings, name)
