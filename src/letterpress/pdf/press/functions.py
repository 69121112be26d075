"""Evaluates the functions of a PDF that colours go through: samples, exponentials, and those put together of others.

Not here: programs (type 4), which are not run. Source: ISO 32000-1, 7.10. Objects are pikepdf's.
"""

from __future__ import annotations

from typing import Any

from letterpress.pdf.values import array, group, is_array, is_stream

_DEPTH = 8
_MOST_SAMPLES = 100_000


class Unknown(Exception):
    """A function that is not one of these."""


def values(function: Any, place: float, depth: int = _DEPTH) -> list[float]:
    """Give what a function of one number comes to; several functions give a number each.

    :raises Unknown: it is a program, has several inputs, or is damaged.
    """
    if depth == 0:
        raise Unknown
    if is_array(function):
        return [number for one in list(function) for number in values(one, place, depth - 1)]
    if group(function) is None:
        raise Unknown
    domain = _numbers(function, "/Domain")
    if len(domain) != 2:
        raise Unknown
    place = min(domain[1], max(domain[0], place))
    kind = function.get("/FunctionType")
    if kind == 2:
        start, end = _numbers(function, "/C0") or [0.0], _numbers(function, "/C1") or [1.0]
        part = place ** float(function.get("/N", 1))
        return [a + (b - a) * part for a, b in zip(start, end, strict=True)]
    if kind == 3:
        return _stitched(function, place, domain, depth)
    if kind == 0 and is_stream(function):
        return _sampled(function, place, domain)
    raise Unknown


def _stitched(function: Any, place: float, domain: list[float], depth: int) -> list[float]:
    parts, bounds = array(function, "/Functions"), _numbers(function, "/Bounds")
    encode = _numbers(function, "/Encode")
    if not parts or len(bounds) != len(parts) - 1 or len(encode) != 2 * len(parts):
        raise Unknown
    at = sum(place >= bound for bound in bounds)
    ends = [domain[0], *bounds, domain[1]]
    low, high = ends[at], ends[at + 1]
    share = (place - low) / (high - low) if high > low else 0.0
    return values(parts[at], encode[2 * at] + share * (encode[2 * at + 1] - encode[2 * at]), depth - 1)


def _sampled(function: Any, place: float, domain: list[float]) -> list[float]:
    sizes, bits = _numbers(function, "/Size"), int(function.get("/BitsPerSample", 0))
    limits = _numbers(function, "/Range")
    outputs = len(limits) // 2
    if len(sizes) != 1 or bits not in (8, 16, 32) or not outputs or not 0 < sizes[0] * outputs <= _MOST_SAMPLES:
        raise Unknown
    count, width = int(sizes[0]), bits // 8
    data = bytes(function.read_bytes())
    if len(data) < count * outputs * width:
        raise Unknown
    encode = _numbers(function, "/Encode") or [0.0, count - 1.0]
    decode = _numbers(function, "/Decode") or limits
    share = (place - domain[0]) / (domain[1] - domain[0]) if domain[1] > domain[0] else 0.0
    at = min(count - 1.0, max(0.0, encode[0] + share * (encode[1] - encode[0])))
    low = min(int(at), count - 1)
    high = min(low + 1, count - 1)

    def sample(number: int, output: int) -> float:
        begin = (number * outputs + output) * width
        part = int.from_bytes(data[begin : begin + width], "big") / ((1 << bits) - 1)
        return decode[2 * output] + part * (decode[2 * output + 1] - decode[2 * output])

    more = at - low
    return [sample(low, one) + (sample(high, one) - sample(low, one)) * more for one in range(outputs)]


def _numbers(owner: Any, key: str) -> list[float]:
    try:
        return [float(value) for value in array(owner, key)]
    except (TypeError, ValueError):
        raise Unknown from None
