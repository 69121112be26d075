"""Keeps the letters that are planned and not yet handed out, in order, in a temporary file: a run has more of them than
memory should hold.

Not here: the plan itself, which the journal keeps (journal/).
"""

from __future__ import annotations

import pickle
import tempfile
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from letterpress.batch.maker import Item

_IN_MEMORY = 4_000_000
"""Bytes up to which there is no file on the disk."""


class Waiting:
    """Letters that wait, in blocks."""

    def __init__(self, folder: Path | None) -> None:
        """:param folder: where the file lies, without a name; None: among the system's temporary files."""
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, dir=None if folder is None else str(folder))  # noqa: SIM115 - closed below
        self._read = 0
        """Bytes that were given out; `_written` likewise, of those put in."""
        self._written = 0
        self._sizes: deque[int] = deque()

    def put(self, items: Sequence[Item]) -> None:
        """Put a block in.

        :raises OSError: the disk is full.
        """
        if not items:
            return
        block = pickle.dumps(items, protocol=pickle.HIGHEST_PROTOCOL)
        self._file.seek(self._written)
        self._file.write(block)
        self._written += len(block)
        self._sizes.append(len(block))

    def take(self) -> Sequence[Item]:
        """Take the block out that was put in first; none: there is no other."""
        if not self._sizes:
            return ()
        self._file.seek(self._read)
        size = self._sizes.popleft()
        self._read += size
        items: Sequence[Item] = pickle.loads(self._file.read(size))  # noqa: S301 - our own
        return items

    def close(self) -> None:
        """Remove the file."""
        self._file.close()
