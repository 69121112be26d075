"""Keeps a letterhead's compiled templates between runs, since compiling them takes longer than the letter.

Only a letterhead's: what is written in a letter is never kept. A template that is refused is not compiled, so that it
is refused each time. Source: Jinja's documentation, "Bytecode Cache".
"""

from __future__ import annotations

import io
import sys
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from letterpress import cache

KIND = "templates"
_MAKERS = ("compiler", "lexer", "nodes", "parser", "environment", "bccache", "sandbox", "runtime")
"""Modules of Jinja that a compiled template depends on."""


class Kept(BytecodeCache):
    """Compiled templates in the user's cache folder."""

    def __init__(self, *, html: bool) -> None:
        self._html = html

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give Jinja what was kept, which it looks at once more: whether the source is the same."""
        content = cache.get(KIND, self._key(bucket))
        if content is not None:
            bucket.load_bytecode(io.BytesIO(content))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what Jinja has compiled."""
        cache.put(KIND, self._key(bucket), bucket.bytecode_to_string())

    def _key(self, bucket: Bucket) -> bytes:
        # Jinja's own key is of name and file, its checksum of the source.
        return b"\0".join((_program(), str(self._html).encode(), bucket.key.encode(), str(bucket.checksum).encode()))


@lru_cache(maxsize=1)
def _program() -> bytes:
    """All that makes a program of a template: Jinja, and this package, which changes and checks templates first."""
    own = sorted(str(path) for path in Path(__file__).parent.glob("*.py"))
    jinja = [getattr(import_module(f"jinja2.{name}"), "__file__", None) for name in _MAKERS]
    return cache.stamp([*own, *jinja]) + str(sys.flags.optimize).encode()
