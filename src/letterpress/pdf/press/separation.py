"""Converts colours to inks: exact ones by the letterhead's table, greys to black alone, all others by an ICC profile.

Grey (R = G = B within two of 255) is printed with black alone, so that text stays sharp where plates do not meet
exactly. It becomes the black whose lightness among all blacks on this paper is that of the grey among all greys: the
profile's own ramp of black, stretched from paper to full black. Other colours go by relative colorimetric intent with
black-point compensation. What would take more ink than the limit has cyan, magenta and yellow taken back alike.

Not here: images (`rasters`), where colours stand in a file.
Source: IEC 61966-2-1 (sRGB), CIE 15 (L*); ISO 32000-1, 8.6.4.4 and 8.6.6.4 (DeviceCMYK, Separation).
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from letterpress.errors import FieldError
from letterpress.page import ExactColour, PressCopy
from letterpress.pdf.press import rasters

_NEUTRAL = 2
"""Of 255, by which the parts of a grey may differ."""

Cmyk = tuple[float, float, float, float]
"""Cyan, magenta, yellow and black, 0 to 1."""


class Ink(NamedTuple):
    """What a colour is printed with."""

    cmyk: Cmyk
    spot: int | None = None
    """Number of the spot colour among the separation's, which is printed instead."""


class Separation:
    """How colours become inks for one press, paper and letterhead."""

    def __init__(self, profile: bytes, colours: tuple[ExactColour, ...], most_ink: float) -> None:
        """Read the profile.

        :param most_ink: total area coverage that nothing goes beyond, in per cent.
        :raises FieldError: the profile is damaged.
        """
        self.profile = profile
        self.most_ink = most_ink
        try:
            self._transforms = rasters.Transforms(profile)
        except OSError as error:
            message = f"the profile cannot be printed by: {error}"
            raise FieldError(message, "take another one", code="press-profile") from error
        names = tuple(dict.fromkeys(colour.spot for colour in colours if colour.spot))
        self.spots: tuple[tuple[str, Cmyk], ...] = tuple(
            (name, next(_parts(colour) for colour in colours if colour.spot == name)) for name in names
        )
        """Names of the letterhead's spot colours, and what stands for each."""
        self.exact = {
            colour.rgb: Ink(_parts(colour), names.index(colour.spot) if colour.spot else None) for colour in colours
        }
        """What the letterhead says of its colours."""
        self._known: dict[tuple[int, int, int], Ink] = {}

    def ink(self, red: float, green: float, blue: float) -> Ink:
        """Give the inks of an sRGB colour, each part from 0 to 1."""
        rgb = _byte(red), _byte(green), _byte(blue)
        ink = self._known.get(rgb)
        if ink is None:
            ink = self._known[rgb] = self._find(rgb)
        return ink

    def _find(self, rgb: tuple[int, int, int]) -> Ink:
        if rgb in self.exact:
            return self.exact[rgb]
        if max(rgb) - min(rgb) <= _NEUTRAL:
            return Ink((0.0, 0.0, 0.0, self.black(sum(rgb) / 3)))
        return Ink(self.by_profile(rgb))

    def by_profile(self, rgb: tuple[int, int, int]) -> Cmyk:
        """Give the inks of an sRGB colour as the profile has them, grey or not."""
        return limited(self._transforms.colour(rgb), self.most_ink)

    def black(self, grey: float) -> float:
        """Give how much black stands for a grey of sRGB, 0 to 255; it is given from 0 to 1."""
        at = int(grey)
        more = grey - at
        ramp = self.blacks
        return round(ramp[at] + ((ramp[at + 1] - ramp[at]) * more if more else 0.0), 4)

    @cached_property
    def blacks(self) -> tuple[float, ...]:
        """How much black stands for each grey of sRGB, from 0 to 1."""
        lightness = self._transforms.black_ramp()
        paper, full = lightness[0], lightness[-1]
        stretched = [(value - full) / (paper - full) * 100 for value in lightness]
        return tuple(_inverse(stretched, _lightness(grey / 255)) for grey in range(256))

    def raster(self, image: Any) -> Any:
        """Convert an image in RGB or grey; see `rasters.separated`."""
        return rasters.separated(image, self)

    @cached_property
    def table(self) -> Any:
        """The profile as a table for images, within the limit of ink."""
        return self._transforms.table(self.most_ink)


def limited(cmyk: Cmyk, most_ink: float) -> Cmyk:
    """Take cyan, magenta and yellow back alike where all inks together are more than the limit, in per cent."""
    *colours, black = cmyk
    most, have = most_ink / 100, sum(cmyk)
    if have <= most:
        return cmyk
    share = max(0.0, most - black) / sum(colours)
    cyan, magenta, yellow = (int(value * share * 1000) / 1000 for value in colours)
    return cyan, magenta, yellow, black


def of(press: PressCopy) -> Separation:
    """Give the separation of a press copy; of equal ones the very same.

    :raises FieldError: the profile has changed since it was looked at, or is damaged.
    """
    return _of(press.profile, press.sha256, press.colours, press.most_ink)


@lru_cache(maxsize=8)
def _of(profile: str, _sha256: str, colours: tuple[ExactColour, ...], most_ink: float) -> Separation:
    return Separation(Path(profile).read_bytes(), colours, most_ink)


def number(value: float) -> bytes:
    """Write a part of a colour as PDF has it."""
    return f"{value:.4f}".rstrip("0").rstrip(".").encode() or b"0"


def numbers(values: Cmyk | tuple[float, ...]) -> bytes:
    """Write the parts of a colour as PDF has them."""
    return b" ".join(map(number, values))


def _parts(colour: ExactColour) -> Cmyk:
    cyan, magenta, yellow, black = (round(value / 100, 4) for value in colour.cmyk)
    return cyan, magenta, yellow, black


def _byte(value: float) -> int:
    return min(255, max(0, round(value * 255)))


def _lightness(value: float) -> float:
    """L* of a grey of sRGB, each from its black to its white."""
    light = value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
    return float(116 * light ** (1 / 3) - 16 if light > 216 / 24389 else light * 24389 / 27)


def _inverse(ramp: list[float], wanted: float) -> float:
    """Where a ramp that falls from 100 to 0 in 255 steps is at a value, from 0 to 1."""
    for step in range(255):
        above, below = ramp[step], ramp[step + 1]
        if wanted >= below:
            part = (above - wanted) / (above - below) if above > below else 0.0
            return round((step + min(1.0, max(0.0, part))) / 255, 4)
    return 1.0
