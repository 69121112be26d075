"""Signs with keys on smart cards and other tokens, through PKCS#11: the private key never leaves its token.

The library python-pkcs11 comes with `letterpress[pkcs11]`, and is imported only when a token is opened.

Not here: keys in files (`files`).
Source: PKCS#11 3.0, 2.1 (RSA), 2.3 (elliptic curves).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from letterpress.errors import Diagnostic, Fix, LetterpressError, UnreadableInput, UsageError, did_you_mean, nearest
from letterpress.signing.certificates import contents, key_kinds


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
        """Have the token sign `data`, as `signer.Signer` says.

        :raises LetterpressError: it refused, or was unplugged.
        """
        import pkcs11

        try:
            return self._sign(data)
        except pkcs11.PKCS11Error as error:
            raise LetterpressError(
                f"the token refused to sign ({type(error).__name__})",
                hint="check that it is still plugged in",
                code="token-refused",
                params=(("cause", type(error).__name__),),
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
    """Open the token that a PKCS#11 library finds, and the key in it that is to sign.

    The certificate is the one with the key's id, or of the key's label.

    :param module: the library (.so) of the token's maker.
    :param token: label of the token, where there is more than one.
    :param label: of the key, likewise.
    :param beside: certificates in PEM or DER that the token lacks: those of the issuers, and before them the key's own
        if the token lacks that as well.
    :raises UnreadableInput: the library cannot be loaded.
    :raises UsageError: a label is missing or wrong.
    :raises LetterpressError: the PIN is wrong, or the token is without key or certificate.
    """
    slot = _choose_token(module, token)
    session = _session(slot, pin)
    try:
        from pkcs11 import Attribute, ObjectClass

        private = list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
        key = _choose("private key", {str(item[Attribute.LABEL]): item for item in private}, label, "--key-label")
        chain = _chain(session, key, () if beside is None else contents.read_from(beside))
        return Token(session, key, chain, key_kinds.digest_for(chain[0]))
    except BaseException:
        session.close()
        raise


def _choose_token(module: Path, name: str | None) -> Any:
    try:
        import pkcs11
    except ImportError as error:
        raise UsageError(
            "tokens need python-pkcs11", hint="pip install 'letterpress[pkcs11]'", code="library-missing"
        ) from error
    if not module.is_file():
        raise UnreadableInput(
            "there is no such library",
            file=str(module),
            hint="name the .so of the token's maker",
            code="token-library-unusable",
        )
    try:
        slots = pkcs11.lib(str(module)).get_slots(token_present=True)
        tokens = {str(slot.get_token().label).strip(): slot.get_token() for slot in slots if _initialized(slot)}
    except (RuntimeError, OSError) as error:  # PKCS11Error is a RuntimeError, and so is a failing dlopen
        raise UnreadableInput(
            f"cannot be used as a PKCS#11 library ({type(error).__name__})",
            file=str(module),
            code="token-library-unusable",
            params=(("cause", type(error).__name__),),
        ) from error
    return _choose("token", tokens, name, "--token")


def _initialized(slot: Any) -> bool:
    from pkcs11 import TokenFlag

    return bool(slot.get_token().flags & TokenFlag.TOKEN_INITIALIZED)


def _choose(what: str, known: dict[str, Any], name: str | None, option: str) -> Any:
    if not known:
        raise LetterpressError(
            f"there is no {what}",
            hint="plug it in, or put a key and its certificate on it",
            code="token-empty",
            params=(("what", what),),
        )
    if name is None:
        if len(known) == 1:
            return next(iter(known.values()))
        raise UsageError(
            f"there is more than one {what}",
            hint=f"choose by {option}: " + ", ".join(sorted(known)),
            code="token-ambiguous",
            params=(("what", what), ("option", option), ("known", tuple(sorted(known)))),
        )
    if name not in known:
        raise UsageError(
            f"there is no {what} '{name}'",
            hint=did_you_mean(name, known),
            code="token-unknown",
            value=name,
            params=(("what", what), ("option", option), ("known", tuple(sorted(known)))),
            fixes=tuple(Fix(kind="replace", title=f"Use '{near}'", value=near) for near in nearest(name, known)),
        )
    return known[name]


def _session(token: Any, pin: str | None) -> Any:
    import pkcs11

    try:
        return token.open(user_pin=pin)
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange):
        fault = Diagnostic(
            message="the PIN does not open this token",
            hint="too many wrong ones lock it: look it up first",
            code="passphrase-wrong",
        )
    except pkcs11.PinLocked:
        fault = Diagnostic(
            message="this token is locked after too many wrong PINs",
            hint="its maker's tool unlocks it",
            code="token-locked",
        )
    except pkcs11.PKCS11Error as error:
        fault = Diagnostic(
            message=f"this token cannot be opened ({type(error).__name__})",
            code="token-refused",
            params=(("cause", type(error).__name__),),
        )
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
            code="certificate-missing",
            params=(("key", label),),
        )
    return contents.in_order(own, [*beside, *others])


def _operation(key: Any, own: bytes, digest: str) -> Callable[[bytes], bytes]:
    """Find the way in which the token's key signs, by its type and what its certificate demands."""
    from pkcs11 import MGF, KeyType, Mechanism
    from pkcs11.util.ec import encode_ecdsa_signature

    if key.key_type == KeyType.RSA:
        name = digest.upper()
        if (demands := key_kinds.pss(own)) is None:
            return lambda data: bytes(key.sign(data, mechanism=Mechanism[f"{name}_RSA_PKCS"]))
        parameters = (Mechanism[name], MGF[name], demands.salt)
        return lambda data: bytes(
            key.sign(data, mechanism=Mechanism[f"{name}_RSA_PKCS_PSS"], mechanism_param=parameters)
        )
    if key.key_type == KeyType.EC:

        def ecdsa(data: bytes) -> bytes:
            # Few tokens can compute the digest for ECDSA: it is computed here, and the token signs it.
            raw = key.sign(hashlib.new(digest, data).digest(), mechanism=Mechanism.ECDSA)
            return bytes(encode_ecdsa_signature(raw))

        return ecdsa
    if key.key_type == KeyType.EC_EDWARDS:
        return lambda data: bytes(key.sign(data, mechanism=Mechanism.EDDSA))
    raise LetterpressError(
        f"the token's key is of a kind that cannot sign a letter: {key.key_type}",
        code="key-unsuitable",
        params=(("problem", str(key.key_type)),),
    )
