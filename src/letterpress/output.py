"""Writes what a command makes, and never over a signature unless that is asked for.

A file that bears a signature is replaced only with `replace_signed`, and then it is said whose signatures went. It is
left as it is, and that is no fault, if it begins with exactly what would be written: a signature is appended, so the
letter in it has not changed.

Not here: how a file is replaced (files/atomic.py), what counts as a signature (signing/existing.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from letterpress.errors import Diagnostic, LetterpressError
from letterpress.files import atomic, targets

OPTION = "add --replace-signed to take the signatures away, or choose another place with -o"
"""What to do where a command has the option."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What became of a file that was to be written."""

    kept: str | None = None
    """SHA-256 of the signed file that was left as it is, since it holds just this letter; None: it was written."""
    diagnostics: tuple[Diagnostic, ...] = ()


class Kept(Exception):
    """A signed file is left as it is, since it begins with what was to be written."""

    def __init__(self, names: Sequence[str], sha256: str) -> None:
        super().__init__()
        self.names, self.sha256 = names, sha256


def write(path: Path, content: bytes, *, replace_signed: bool = False, hint: str = OPTION) -> Output:
    """Write `content` to `path`, whole or not at all.

    :param hint: what to do about a file that bears a signature.
    :raises LetterpressError: it cannot be written, or bears a signature; an older file is as it was.
    """
    guard = Guard(path, content, replace_signed=replace_signed, hint=hint)
    try:
        atomic.write(path, content, guard=guard)
    except Kept as kept:
        return Output(kept=kept.sha256, diagnostics=(kept_note(path, kept.names),))
    return Output(diagnostics=guard.diagnostics)


def begin(path: Path, content: bytes, *, replace_signed: bool = False, hint: str = OPTION) -> Begun:
    """Write `content` beside `path`, for `finish` to put it in its place together with others.

    :raises LetterpressError: nothing can be written there.
    """
    replacement = atomic.Replacement(path)
    try:
        replacement.file.write(content)
    except OSError as error:
        replacement.discard()
        raise targets.fault(path, error) from error
    guard = Guard(path, content, replace_signed=replace_signed, hint=hint)
    return Begun(path=path, replacement=replacement, guard=guard)


def finish(begun: Sequence[Begun]) -> list[Output | Exception]:
    """Put files in their places; when it returns, all that are there are on the disk.

    :returns: for each, what became of it, or why it is not there, a LetterpressError as from `write`: then an older
        file is as it was.
    """
    errors = atomic.commit_all([(file.replacement, file.guard) for file in begun])
    return [_outcome(file, error) for file, error in zip(begun, errors, strict=True)]


def give_up(begun: Sequence[Begun]) -> None:
    """Leave everything as it was."""
    for file in begun:
        file.replacement.discard()


def _outcome(file: Begun, error: Exception | None) -> Output | Exception:
    if error is None:
        return Output(diagnostics=file.guard.diagnostics)
    if isinstance(error, Kept):
        return Output(kept=error.sha256, diagnostics=(kept_note(file.path, error.names),))
    if isinstance(error, OSError):
        fault = targets.fault(file.path, error)
        fault.__cause__ = error
        return fault
    return error


class Guard:
    """Keeps a file that bears a signature: to be called right before the file is replaced."""

    def __init__(
        self, path: Path, content: bytes | None = None, *, replace_signed: bool = False, hint: str = OPTION
    ) -> None:
        """:param content: what is to be written, if a signed file that begins with it is just to be kept."""
        self._path, self._content, self._hint = path, content, hint
        self._replace = replace_signed
        self.diagnostics: tuple[Diagnostic, ...] = ()
        """Whose signatures went."""

    def __call__(self, real: Path) -> None:
        """:raises LetterpressError: the file bears a signature.
        :raises Kept: it does, and holds just what is to be written.
        """
        names = _signers(real)
        if not names:
            return
        if self._replace:
            self.diagnostics = (_gone(self._path, names),)
            return
        if self._content is not None:
            older = real.read_bytes()
            if older.startswith(self._content):
                raise Kept(names, hashlib.sha256(older).hexdigest())
        raise LetterpressError(refusal(self._path, names, hint=self._hint))


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A file that is written beside its place."""

    path: Path
    replacement: atomic.Replacement
    guard: Guard


def check(path: Path, *, replace_signed: bool = False, hint: str = OPTION) -> None:
    """Find out before the work that `path` could not be written after it. Nothing is touched.

    :raises LetterpressError: it cannot be written, or bears a signature.
    """
    target = targets.find_writable(path)
    if target.regular and not replace_signed:
        refuse_signed(path, hint=hint)


def refuse_signed(path: Path, *, hint: str = OPTION) -> None:
    """:raises LetterpressError: the file bears a signature."""
    names = _signers(path)
    if names:
        raise LetterpressError(refusal(path, names, hint=hint))


def _signers(path: Path) -> tuple[str, ...]:
    from letterpress.signing import existing

    try:
        return existing.signers(path)
    except FileNotFoundError:
        return ()
    except OSError:  # it may not even be read
        return (existing.UNKNOWN,)


def refusal(path: Path, names: Sequence[str], *, hint: str = OPTION) -> Diagnostic:
    """The fault of a signed file that would be replaced."""
    return Diagnostic(
        message=f"bears {_signatures(names)}, which would be lost; it is left as it is",
        file=str(path),
        hint=hint,
        code="signed-not-replaced",
    )


def kept_note(path: Path, names: Sequence[str]) -> Diagnostic:
    """The remark that a signed letter has not changed and stays."""
    message = f"bears {_signatures(names)}; the letter has not changed, and the file is left as it is"
    return Diagnostic(severity="note", message=message, file=str(path), code="signed-kept")


def _gone(path: Path, names: Sequence[str]) -> Diagnostic:
    message = f"was replaced, and {_signatures(names)} went with it"
    return Diagnostic(severity="warning", message=message, file=str(path), code="signed-replaced")


def _signatures(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"the signature of {names[0]}"
    return f"the signatures of {', '.join(names[:-1])} and {names[-1]}"
