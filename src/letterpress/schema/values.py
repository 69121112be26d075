"""Makes frozen, picklable values of models that have been checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from letterpress.model import Enclosure, FieldSpec, Party, Person, Signatory, Writing, frozendict
from letterpress.schema.attachments import attachment as attachment
from letterpress.schema.codes import spec as spec
from letterpress.schema.models import DataFile, EnclosureFile, FieldFile
from letterpress.schema.parties import DesignFile, PartyFile, SignatoryFile, StationeryFile


def party(model: PartyFile) -> Party:
    """Make the frozen value of a checked model."""
    values = model.model_dump(exclude={"authority", "rank", "sign", "ink", "design"})
    persons = tuple(Person(**person.model_dump()) for person in model.persons)
    foot = tuple(map(tuple, model.foot))
    looks = design(model.design) if model.design else frozendict()
    return Party(**{**values, "lines": tuple(model.lines), "persons": persons, "foot": foot, "design": looks})


def design(model: DesignFile) -> frozendict:
    """Make the values of a letterhead's parameters, by their names, of what a firm says of its letters' look."""
    said = model.model_dump(exclude_none=True, exclude={"stationery"})
    return frozendict({**said, **(stationery(model.stationery) if model.stationery else {})})


def stationery(model: StationeryFile) -> frozendict:
    """Make the values of a letterhead's parameters of a firm's printed paper."""
    return frozendict({f"stationery_{page}": file for page, file in model.model_dump(exclude_none=True).items()})


def signatory(model: SignatoryFile, ink_base: str | None) -> Signatory:
    """Make the frozen value of one who signs.

    :param ink_base: folder that the image of the handwriting is relative to, absolute.
    """
    return Signatory(**model.model_dump(), ink_base=ink_base if model.ink else None)


def enclosure(model: str | EnclosureFile) -> str | Enclosure:
    """Make the frozen value of an enclosure: a title, or what is to be appended."""
    if isinstance(model, str) or model.file is None:
        return model if isinstance(model, str) else str(model.title)
    return Enclosure(**model.model_dump())


def field_spec(model: FieldFile) -> FieldSpec:
    """Make the frozen value of a checked model."""
    values = model.model_dump()
    default = values["default"]
    return FieldSpec(
        **{
            **values,
            "choices": tuple(model.choices),
            "default": tuple(freeze(item) for item in default) if isinstance(default, list) else default,
        }
    )


def writing(model: DataFile) -> Writing:
    """Make the frozen value of a checked model."""
    return Writing(**model.model_dump())


def freeze(value: Any) -> Any:
    """Turn lists into tuples and mappings into `frozendict`, all the way down."""
    if isinstance(value, Mapping):
        return frozendict({key: freeze(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(freeze(item) for item in value)
    return value
