"""Keys that sign letters on a machine of a run: its own, found by name; no engine carries them.

`LETTERPRESS_KEYS` names the folder that has the key files, `LETTERPRESS_PASSPHRASE` opens them.

Not here: keys that the command line names (cli/passphrases.py).
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from letterpress.batch.maker import Key
from letterpress.errors import UsageError
from letterpress.shards.run import Run

FOLDER = "LETTERPRESS_KEYS"
PASSPHRASE = "LETTERPRESS_PASSPHRASE"  # noqa: S105 - the name of a variable


def from_environment(run: Run) -> tuple[Key, ...]:
    """Find the keys of a run on this machine.

    :raises UsageError: one is missing, or is another than the one that the run was planned with.
    """
    return tuple(
        _key(signatory, name, certificate)
        for (signatory, name), certificate in zip(run.signers, run.signed_by, strict=True)
    )


def _key(signatory: str, name: str, certificate: str) -> Key:
    from letterpress import signing

    folder = os.environ.get(FOLDER)
    path = Path(folder or ".") / name
    if folder is None or not path.is_file():
        message = f"this machine has no key '{name}' for {signatory}"
        hint = f"set {FOLDER} to the folder that has it, and {PASSPHRASE} to what opens it"
        raise UsageError(message, hint=hint, code="node-key-missing", value=name)
    passphrase = os.environ.get(PASSPHRASE)
    check(signatory, name, certificate, signing.from_pkcs12(path, passphrase))
    return Key(signatory=signatory, path=str(path.resolve()), passphrase=passphrase)


def check(signatory: str, name: str, certificate: str, signer: Any) -> None:
    """:raises UsageError: the signer's certificate is not the one that the run was planned with."""
    if hashlib.sha256(signer.chain[0]).hexdigest() != certificate:
        message = f"the key '{name}' of this machine is not the one that {signatory} was to sign with"
        raise UsageError(message, hint="copy the right key there, or plan anew", code="node-key-other", value=name)
