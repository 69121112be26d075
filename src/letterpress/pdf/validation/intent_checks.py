"""Checks of the output intent: the printing condition that a PDF is made for, and its ICC profile."""

from __future__ import annotations

from collections.abc import Iterator

from letterpress.pdf.validation import objects
from letterpress.pdf.validation.objects import get, text
from letterpress.pdf.validation.rules import NORMS, Broken
from letterpress.pdf.validation.subject import Subject

_REGISTRY = "http://www.color.org"
"""The ICC's registry of printing conditions, as RegistryName gives it."""
_SPACES = {"x-4": ("GRAY", "RGB", "CMYK"), "x-1a": ("CMYK",)}
_VERSIONS = {"PDF/X-4": (4, 2), "PDF/X-1a:2003": (2, 15), "PDF/X-1a:2001": (2, 15)}
"""The latest version of ICC profiles that the standard's PDF knows (ISO 32000-1, table 67; of version 2 all)."""


def check(subject: Subject, standard: str) -> Iterator[Broken]:
    """Find what is broken in the output intent.

    :param standard: of `rules.NORMS`.
    """
    family = NORMS[standard][0]
    if not subject.intents:
        yield Broken("output-intent-missing")
        return
    if len(subject.intents) > 1:
        yield Broken("output-intent-several", f"{len(subject.intents)} of them")
    intent = subject.intents[0]
    place = objects.where(intent)
    if not text(intent.get("/OutputConditionIdentifier")).strip():
        yield Broken("output-condition", object=place)
    registry = text(intent.get("/RegistryName")).strip()
    if not registry and not text(intent.get("/Info")).strip():
        yield Broken("output-info", object=place)
    profile = subject.output_profile
    if get(intent, "/DestOutputProfile") is None:
        if family == "x-4" or registry.rstrip("/") != _REGISTRY:
            yield Broken("output-profile-missing", object=place)
        return
    place = objects.where(intent.get("/DestOutputProfile")) or place
    if profile is None or not profile.whole:
        yield Broken("output-profile-invalid", object=place)
        return
    if profile.kind != "prtr":
        yield Broken("output-profile-class", f"class {profile.kind}", object=place)
    if profile.space not in _SPACES[family]:
        yield Broken("output-profile-space", profile.space, object=place)
    if profile.version > _VERSIONS[standard]:
        yield Broken("output-profile-version", f"version {profile.version[0]}.{profile.version[1]}", object=place)
