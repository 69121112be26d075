"""Reads how the service works: `serve.toml` at the project's root, or the file that is named instead.

    keep_hours = 24

    [limits]
    seconds = 20
    queue = 64

    [keys.director]
    file = "/etc/letterpress/director.p12"
    passphrase_env = "DIRECTOR_PASSPHRASE"

Without the file everything is as it is written below. Paths are relative to the file's folder.

Not here: tokens (tokens.py).
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from letterpress.batch.run import cores
from letterpress.errors import Diagnostic, LetterpressError, UnreadableInput
from letterpress.interactive.signatures import Key, TokenKey
from letterpress.processes.limits import LEAST_MEMORY_MB, MEMORY_MB, SECONDS, Limits
from letterpress.serve import request_faults

FILE = "serve.toml"
Count = Annotated[int, Field(ge=1)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LimitsTable(_Table):
    """`[limits]`."""

    seconds: float = Field(default=SECONDS, gt=0, le=3600)
    """Seconds that one letter, or one file that is verified, may take."""
    memory_mb: int = Field(default=MEMORY_MB, ge=LEAST_MEMORY_MB)
    """Megabytes of memory that it may take."""
    body_mb: float = Field(default=6, gt=0, le=1000)
    """Megabytes of a body in JSON."""
    upload_mb: float = Field(default=60, gt=0, le=4000)
    """Megabytes of a body with files."""
    bodies_mb: float = Field(default=250, gt=0)
    """Megabytes of all bodies that are in memory at once; who comes after that is refused with 503."""
    body_seconds: float = Field(default=30, gt=0, le=3600)
    """Seconds that a body may take to arrive."""
    files: Count = 20
    """Files of one request."""
    records: Count = 100_000
    """Records of one job that are sent as JSON."""
    queue: Count = 256
    """Requests that wait for a worker; who comes after that is refused with 503."""
    jobs: Count = 1000
    """Jobs that wait; likewise."""
    rate: int = Field(default=60_000, ge=0)
    """Requests a minute of one token; 0: as many as it likes."""
    connections: Count = 512
    """Connections at once."""


class WebhooksTable(_Table):
    """`[webhooks]`."""

    secret_env: str | None = None
    """Environment variable with the secret that messages are signed with; without one there are no webhooks."""
    allow: tuple[str, ...] = ()
    """Hosts, or networks as 10.1.0.0/16, that messages may go to although they are not on the public internet."""
    attempts: int = Field(default=6, ge=1, le=20)
    """How often a message is sent until it is taken."""
    first_wait: float = Field(default=5, gt=0, le=3600)
    """Seconds to the second attempt; each wait after that is three times as long as the one before."""


class KeyTable(_Table):
    """`[keys.NAME]`: a key that requests may sign with by its name. It is a file, or in a PKCS#11 token."""

    file: str | None = None
    """PKCS#12 file (.p12, .pfx)."""
    passphrase_env: str | None = None
    """Environment variable with its passphrase, or the token's PIN."""
    pkcs11: str | None = None
    """The library (.so) of the token's maker."""
    token: str | None = None
    """Label of the token, where there is more than one."""
    label: str | None = None
    """Label of the key in it, likewise."""
    certificates: str | None = None
    """File of certificates that the token lacks."""
    tokens: tuple[str, ...] = ()
    """Names of the bearer tokens that may sign with it; without any, all with the scope `sign`."""
    on_behalf: bool = False
    """Whether it may sign in a place that is kept for somebody whose name its certificate does not have."""
    tsa: str | None = None
    """URL of a timestamp server."""


class ConfigFile(_Table):
    """The whole file."""

    workers: int | None = Field(default=None, ge=1, le=256)
    """Worker processes for single letters; without it one for each core."""
    job_workers: int | None = Field(default=None, ge=1, le=256)
    """Worker processes for the letters of each job; without it one for each core but one."""
    jobs_at_once: int = Field(default=2, ge=1, le=64)
    """Jobs that are made at once. Of several places one is kept for jobs of less than 1000 letters."""
    keep_hours: float = Field(default=24, gt=0, le=24 * 365)
    """Hours that a job's letters, and answers to requests with an Idempotency-Key, are kept after its end."""
    store: str = "out/.serve"
    """Folder for jobs and what they make."""
    trust: str = "trust"
    """Folder with the certificates that `verify` trusts."""
    allow_text: bool = False
    """Whether requests may bring a letter's text; also `--allow-text`."""
    limits: LimitsTable = LimitsTable()
    webhooks: WebhooksTable = WebhooksTable()
    keys: dict[str, KeyTable] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """How the service works."""

    root: Path
    """The project's folder, with links resolved."""
    file: ConfigFile
    folder: Path
    """That paths of the file are relative to."""
    workers: int
    job_workers: int
    store: Path
    secret: bytes | None = field(default=None, repr=False)
    """Of webhooks."""

    @property
    def limits(self) -> Limits:
        """Of a letter."""
        return Limits(seconds=self.file.limits.seconds, memory_mb=self.file.limits.memory_mb)

    @property
    def keep(self) -> float:
        """Seconds that results are kept."""
        return 3600 * self.file.keep_hours

    def key(self, name: str) -> Key | TokenKey | None:
        """Open a key's configuration; None, if there is none of that name.

        :raises LetterpressError: its file, or its passphrase, is not there.
        """
        table = self.file.keys.get(name)
        if table is None:
            return None
        secret = os.environ.get(table.passphrase_env) if table.passphrase_env else None
        if table.passphrase_env and secret is None:
            raise _unusable(name)
        if table.pkcs11 is not None:
            beside = None if table.certificates is None else str(self.folder / table.certificates)
            return TokenKey(
                module=table.pkcs11, pin=secret or "", token=table.token, label=table.label, certificates=beside
            )
        try:
            data = (self.folder / (table.file or "")).read_bytes()
        except OSError as error:
            raise _unusable(name) from error
        return Key(data=data, passphrase=secret or "")

    def why_unusable(self, name: str) -> str | None:
        """Say why a key cannot be used, to whoever runs the service; None: its file and its passphrase are there."""
        table = self.file.keys[name]
        if table.passphrase_env and os.environ.get(table.passphrase_env) is None:
            return f"the environment variable {table.passphrase_env} is not set"
        if table.file is not None and not os.access(self.folder / table.file, os.R_OK):
            return f"the file {table.file} is not there, or cannot be read"
        if table.pkcs11 is not None and not Path(table.pkcs11).is_file():
            return f"the library {table.pkcs11} is not there"
        return None


def _unusable(name: str) -> LetterpressError:
    hint = "whoever runs the service looks into its file of settings"
    return LetterpressError(f"the key '{name}' cannot be used", hint=hint, code="service-key-unusable", value=name)


def read(root: Path, path: Path | None = None, *, allow_text: bool = False, limits: Limits | None = None) -> Config:
    """Read how the service works.

    :param path: the file; None: `serve.toml` at the root, if there is one.
    :param limits: of a letter, in the place of the file's.
    :raises LetterpressError: with everything that is wrong in the file.
    """
    root = root.resolve()
    found = path if path is not None else root / FILE
    read_file = _file(found) if path is not None or found.is_file() else ConfigFile()
    if limits is not None:
        both = {"seconds": limits.seconds, "memory_mb": limits.memory_mb}
        read_file = read_file.model_copy(update={"limits": read_file.limits.model_copy(update=both)})
    if allow_text:
        read_file = read_file.model_copy(update={"allow_text": True})
    secret = None
    if name := read_file.webhooks.secret_env:
        secret = os.environ.get(name, "").encode()
        if len(secret) < 16:
            message = f"the environment variable {name} holds no secret of 16 characters or more"
            raise LetterpressError(message, file=str(found), field="webhooks.secret_env", code="service-config")
    return Config(
        root=root,
        file=read_file,
        folder=found.resolve().parent,
        workers=read_file.workers or cores(),
        job_workers=read_file.job_workers or max(1, cores() - 1),
        store=root / read_file.store,
        secret=secret,
    )


def _of_toml(message: str) -> str:
    return message.replace("an object", "a table")


def _file(path: Path) -> ConfigFile:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        message = f"cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}"
        raise UnreadableInput(message, file=str(path), code="file-unreadable") from error
    except tomllib.TOMLDecodeError as error:
        raise LetterpressError(f"not TOML: {error}", file=str(path), code="toml-invalid") from error
    try:
        read_file = ConfigFile.model_validate(given)
    except ValidationError as error:
        found = request_faults.of_errors(error.errors(include_url=False), given, ConfigFile)
        faults = [replace(one, message=_of_toml(one.message), file=str(path), code="service-config") for one in found]
        raise LetterpressError(faults) from error
    wrong = [
        Diagnostic(
            message="has neither 'file' nor 'pkcs11', or both",
            file=str(path),
            field=f"keys.{name}",
            code="service-config",
        )
        for name, key in read_file.keys.items()
        if (key.file is None) == (key.pkcs11 is None)
    ]
    if wrong:
        raise LetterpressError(wrong)
    return read_file
