"""Makes a key of an address, by which two records of one addressee are known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from letterpress.recipients.column_names import fold


def address_key(values: Mapping[str, Any]) -> str:
    """Make a key that two records of one addressee share, however they are typed; empty if there is no address."""
    parts = [
        values.get(f"to.{name}", "")
        for name in ("name", "organisation", "street", "postcode", "city", "country", "lines")
    ]
    if not any(parts[2:]):
        return ""
    texts = [part if type(part) is str else _as_one(part) for part in parts]
    joined = "\n".join(texts)
    if joined.isascii() and joined.count("\n") == len(texts) - 1:
        return joined.lower().translate(_NO_LETTER)  # as below, all at once
    return "\n".join(map(fold, texts))


def place_key(values: Mapping[str, Any]) -> str:
    """Make a key that the records of one house share, whoever lives there; empty for a firm, where many have one."""
    if values.get("to.organisation") or not (values.get("to.street") or values.get("to.lines")):
        return ""
    return address_key({path: value for path, value in values.items() if path != "to.name"})


_NO_LETTER = {number: None for number in range(128) if not chr(number).isalnum() and chr(number) != "\n"}


def _as_one(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
