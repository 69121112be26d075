"""What the file of an inserting machine's marks may hold.

Lengths are in mm from the sheet's top left corner.

Not here: the schemes that ship (data/inserters.toml), and what a mark says (inserters/).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from letterpress.schema.carriers import Edges, Length
from letterpress.schema.scalars import Checked, Line, Lines


class MatrixFile(Checked):
    """A Data Matrix on each sheet."""

    x: Length
    """Left edge."""
    y: Length
    """Upper edge."""
    module: Annotated[float, Field(ge=0.25, le=2)] = 0.5
    """Size of a module."""
    size: Literal[10, 12, 14, 16, 18, 20, 22, 24, 26, 32, 36, 40, 44, 48, 52] | None = None
    """Modules of a side. All of a job are of one size; without it, of the one that usual contents need."""
    content: Line
    """Its text, with {record}, {key}, {sheet}, {sheets}, {set}, {sequence}, {job} and {feeds}; {sheet:02}: 2 digits."""


class InserterFile(Checked):
    """inserters/<name>.toml: the marks that an inserting machine reads from each sheet."""

    title: Line = ""
    """What people call the machine."""
    source: Line
    """Where its rules were read."""
    date: Annotated[str, Field(pattern="^[0-9]{4}(-[0-9]{2}){0,2}$")]
    """When."""
    status: Literal["confirmed", "second hand", "unconfirmed"] = "confirmed"
    """How sure they are."""
    x: Length = 0
    """Left end of the marks."""
    y: Length = 0
    """Upper edge of the first mark."""
    pitch: Length = 0
    """From a mark to the next."""
    length: Length = 0
    """Of a mark."""
    thickness: Length = 0
    """Of a mark."""
    direction: Literal["down", "up"] = "down"
    """Where the next mark stands."""
    functions: Lines = Field(default=[])
    """What each mark says, the first one first: start, benchmark, safety and retiming are always printed; boc and eoc
    on the first and last sheet of a set, not_boc and not_eoc on the others, insert on the last; sequence:N, page:N and
    wrap:N count the sheets of the job, the sheets of the set and the sets, in N marks (sequence:3:lsb: the lowest digit
    first); parity:even or parity:odd; feed:K, whether feed K joins the set."""
    clear: Edges = Field(default=[0, 0, 0, 0])
    """What stays free above, right of, below and left of the marks."""
    side: Literal["front", "back"] = "front"
    """The side of the sheet that they stand on."""
    sheets: Literal["all", "first", "last"] = "all"
    """Which sheets of a set have them."""
    order: Literal["forward", "reverse"] = "forward"
    """Whether the machine takes the first sheet of a set first, or the last."""
    feeds: dict[str, str] = Field(default={})
    """Number of a feed, and the column of the list that says whether a letter gets what lies there."""
    matrix: MatrixFile | None = None
    """A Data Matrix besides, or instead."""


PARTS = (MatrixFile,)
"""Models that stand inside `InserterFile`."""
