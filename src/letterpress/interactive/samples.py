"""Says what of a letter is still that of the sample with which it was begun: its people, its subject, its text.

A letter is begun with a short letter among fictional people, so that its page is there at once. Who sends it on with
their names in it would write to nobody; so the form marks what nobody has changed yet.

Not here: the samples (data/samples), how a letter is begun (studio/writing.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from letterpress import data
from letterpress.content import edits

_OF_PARTY = ("name", "street", "lines", "phone", "email")
"""Parts that are nobody else's; a town is that of many."""
_OF_NAME = ("honorific", "title")
"""Parts that go with a name."""
_LONG = 60
"""Characters from which a paragraph is no usual phrase: all shorter ones of the samples are courtesies."""


def left(values: Mapping[str, Any], body: str) -> tuple[str, ...]:
    """Name the fields whose value is still a sample's, and `body` where a paragraph of the text is.

    :param values: the front matter as it is written.
    :param body: the text below it.
    """
    paragraphs = set(_paragraphs(body))
    found: dict[str, None] = {}
    for sample, own in _samples():
        found |= dict.fromkeys(_fields(values, sample))
        if own & paragraphs:
            found["body"] = None
    return tuple(found)


def _fields(values: Mapping[str, Any], sample: Mapping[str, Any]) -> Iterator[str]:
    for role in ("from", "to"):
        party = values.get(role)
        if isinstance(party, Mapping):
            parts = (*_OF_PARTY, *_OF_NAME) if party.get("name") == sample[role]["name"] else _OF_PARTY
            yield from (f"{role}.{part}" for part in parts if party.get(part) and party[part] == sample[role].get(part))
    signatories = values.get("signatories")
    for at, one in enumerate(signatories if isinstance(signatories, list) else (), 1):
        if isinstance(one, Mapping) and one.get("name") == sample["signatories"][0]["name"]:
            yield f"signatories.{at}.name"
    if values.get("subject") == sample["subject"]:
        yield "subject"
    recipient = sample["to"]
    called = (recipient["name"].split()[-1], recipient.get("honorific"))
    for name in ("salutation", "closing"):
        if values.get(name) == sample[name] and any(word and word in sample[name] for word in called):
            yield name


def _paragraphs(body: str) -> list[str]:
    return [" ".join(paragraph.split()) for paragraph in body.split("\n\n")]


@cache
def _samples() -> tuple[tuple[dict[str, Any], frozenset[str]], ...]:
    """Front matter and long paragraphs of each sample."""
    found = []
    for text in data.samples():
        values, _, body_line = edits.fields_of(text, shown="sample.md")
        body = "\n".join(text.split("\n")[body_line - 1 :])
        found.append((values, frozenset(one for one in _paragraphs(body) if len(one) > _LONG)))
    return tuple(found)
