"""Reads passphrases and opens keys, for `sign`, `identity`, `render --sign` and `merge --sign`.

Not here: keys themselves (signing/keys/).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from letterpress.errors import UsageError
from letterpress.processes import stages

if TYPE_CHECKING:
    from letterpress.signing import Signer

VARIABLE = "LETTERPRESS_PASSPHRASE"

option = click.option(
    "--passphrase-fd",
    type=int,
    metavar="N",
    help=f"Read the passphrase from file descriptor N (or set {VARIABLE}).",
)
on_behalf_option = click.option(
    "--on-behalf", is_flag=True, help="Sign with a key in another's name: `verify` will show both names."
)


def opened(
    keys: tuple[tuple[str, Path], ...], descriptor: int | None, *, on_behalf: bool = False
) -> list[tuple[str, Path, str | None, Signer]]:
    """Open each signatory's key with a passphrase: its line of the descriptor, the environment's, or one asked for.

    :param keys: pairs (signatory, PKCS#12 file).
    :param on_behalf: whether a key may be in another's name.
    :returns: tuples (signatory, file, passphrase, signer).
    """
    from letterpress import signing

    lines: list[str] = []
    if descriptor is not None:
        stages.once()
        with os.fdopen(descriptor, "r", encoding="utf-8", closefd=False) as file:
            lines = file.read().splitlines()
    signers: list[tuple[str, Path, str | None, Signer]] = []
    for at, (name, path) in enumerate(keys):
        word = lines[at] if at < len(lines) else passphrase(None, f"Passphrase of {path}", ask=True)
        signer = signing.from_pkcs12(path, word)
        if not on_behalf:
            signing.check_name(signer, name, source=str(path))
        signers.append((name, path, word, signer))
    return signers


def passphrase(descriptor: int | None, question: str, *, ask: bool, confirm: bool = False) -> str | None:
    """Read the passphrase from the descriptor, the environment or a prompt, in this order; None if there is none."""
    if descriptor is not None:
        stages.once()
        try:
            with os.fdopen(descriptor, "r", encoding="utf-8", closefd=False) as file:
                return file.readline().rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            message = f"no passphrase can be read from file descriptor {descriptor}"
            raise UsageError(message, field="--passphrase-fd", code="passphrase-unreadable") from error
    if VARIABLE in os.environ:
        return os.environ[VARIABLE]
    if ask and sys.stdin.isatty():
        stages.once()
        stages.free()  # a person may take as long as it takes
        answer: str = click.prompt(question, hide_input=True, err=True, confirmation_prompt=confirm)
        stages.beat()
        return answer
    return None
