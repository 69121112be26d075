"""Keys on smart cards and other tokens, through PKCS#11.

Job: a `Signer` whose private key never leaves its token. Secret: PKCS#11 and the library python-pkcs11, which comes
with `letterpress[pkcs11]` and is imported only when a token is opened. Not here: keys in files (keys.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from letterpress.errors import Diagnostic, LetterpressError, UnreadableInput, UsageError, did_you_mean
from letterpress.signing import certificates


class Token:
    """An open session with a token, and the key in it that signs. A context manager; `close` it when done."""

    def __init__(self, session: Any, key: Any, chain: tuple[bytes, ...], digest: str) -> None:
        self.chain = chain
        """Certificates in DER, the signer's own first."""
        self.digest = digest
        """Digest to sign with."""
        self._session = session
        self._sign = _operation(key, chain[0], digest)

    def sign(self, data: bytes) -> bytes:
        """The signature of `data`, made by the token, as `keys.Signer` says. Raises LetterpressError."""
        import pkcs11

        try:
            return self._sign(data)
        except pkcs11.PKCS11Error as error:
            raise LetterpressError(
                f"the token refused to sign ({type(error).__name__})", hint="check that it is still plugged in"
            ) from error

    def close(self) -> None:
        """End the session with the token."""
        self._session.close()

    def __enter__(self) -> Token:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_token(
    module: Path,
    pin: str | None,
    *,
    token: str | None = None,
    label: str | None = None,
    beside: Path | bytes | None = None,
) -> Token:
    """Open the token that the PKCS#11 library `module` finds, and the key in it that is to sign.

    `token` and `label` name token and key where there is more than one. The certificate is the one with the key's id,
    or of the key's label; `beside` are certificates, in PEM or DER, that the token does not hold: its own, which is the
    first then, or those of its issuers. Raises UnreadableInput for a library that cannot be loaded, UsageError where a
    name is missing or wrong, LetterpressError for a wrong PIN or a token without key or certificate.
    """
    slot = _choose_token(module, token)
    session = _session(slot, pin)
    try:
        from pkcs11 import Attribute, ObjectClass

        found = list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
        key = _choose("private key", {str(item[Attribute.LABEL]): item for item in found}, label, "--key-label")
        chain = _chain(session, key, () if beside is None else certificates.read_from(beside))
        return Token(session, key, chain, certificates.digest_for(chain[0]))
    except BaseException:
        session.close()
        raise


def _choose_token(module: Path, name: str | None) -> Any:
    try:
        import pkcs11
    except ImportError as error:
        raise UsageError("tokens need python-pkcs11", hint="pip install 'letterpress[pkcs11]'") from error
    if not module.is_file():
        raise UnreadableInput("there is no such library", file=str(module), hint="name the .so of the token's maker")
    try:
        slots = pkcs11.lib(str(module)).get_slots(token_present=True)
        tokens = {str(slot.get_token().label).strip(): slot.get_token() for slot in slots if _initialized(slot)}
    except (RuntimeError, OSError) as error:  # PKCS11Error is a RuntimeError, and so is a failing dlopen
        raise UnreadableInput(
            f"cannot be used as a PKCS#11 library ({type(error).__name__})", file=str(module)
        ) from error
    return _choose("token", tokens, name, "--token")


def _initialized(slot: Any) -> bool:
    from pkcs11 import TokenFlag

    return bool(slot.get_token().flags & TokenFlag.TOKEN_INITIALIZED)


def _choose(what: str, known: dict[str, Any], name: str | None, option: str) -> Any:
    if not known:
        raise LetterpressError(f"there is no {what}", hint="plug it in, or put a key and its certificate on it")
    if name is None:
        if len(known) == 1:
            return next(iter(known.values()))
        raise UsageError(f"there is more than one {what}", hint=f"choose by {option}: " + ", ".join(sorted(known)))
    if name not in known:
        raise UsageError(f"there is no {what} '{name}'", hint=did_you_mean(name, known))
    return known[name]


def _session(token: Any, pin: str | None) -> Any:
    import pkcs11

    try:
        return token.open(user_pin=pin)
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange):
        fault = Diagnostic(
            message="the PIN does not open this token", hint="too many wrong ones lock it: look it up first"
        )
    except pkcs11.PinLocked:
        fault = Diagnostic(message="this token is locked after too many wrong PINs", hint="its maker's tool unlocks it")
    except pkcs11.PKCS11Error as error:
        fault = Diagnostic(message=f"this token cannot be opened ({type(error).__name__})")
    raise LetterpressError(fault)


def _chain(session: Any, key: Any, beside: Sequence[bytes]) -> tuple[bytes, ...]:
    from pkcs11 import Attribute, ObjectClass

    label, identifier = key[Attribute.LABEL], key[Attribute.ID]
    own: bytes | None = None
    others: list[bytes] = []
    for item in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
        der = bytes(item[Attribute.VALUE])
        mine = item[Attribute.ID] == identifier if identifier else item[Attribute.LABEL] == label
        if mine and own is None:
            own = der
        else:
            others.append(der)
    if own is None and beside:
        own = beside[0]
    if own is None:
        raise LetterpressError(
            f"the token holds no certificate for its key '{label}'",
            hint="put the certificate on it, with the key's id, or name its file with --cert",
        )
    return certificates.in_order(own, [*beside, *others])


def _operation(key: Any, own: bytes, digest: str) -> Callable[[bytes], bytes]:
    from pkcs11 import MGF, KeyType, Mechanism
    from pkcs11.util.ec import encode_ecdsa_signature

    if key.key_type == KeyType.RSA:
        name = digest.upper()
        if (demands := certificates.pss(own)) is None:
            return lambda data: bytes(key.sign(data, mechanism=Mechanism[f"{name}_RSA_PKCS"]))
        parameters = (Mechanism[name], MGF[name], demands.salt)
        return lambda data: bytes(
            key.sign(data, mechanism=Mechanism[f"{name}_RSA_PKCS_PSS"], mechanism_param=parameters)
        )
    if key.key_type == KeyType.EC:

        def ecdsa(data: bytes) -> bytes:
            # Tokens that digest by themselves are few: they are given the digest.
            raw = key.sign(hashlib.new(digest, data).digest(), mechanism=Mechanism.ECDSA)
            return bytes(encode_ecdsa_signature(raw))

        return ecdsa
    if key.key_type == KeyType.EC_EDWARDS:
        return lambda data: bytes(key.sign(data, mechanism=Mechanism.EDDSA))
    raise LetterpressError(f"the token's key is of a kind that cannot sign a letter: {key.key_type}")
