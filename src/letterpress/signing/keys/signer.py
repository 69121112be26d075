"""The protocol of whoever can sign: what a key has to offer, wherever it is kept.

Not here: keys in files (`files`), on tokens (`tokens`).
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class Signer(Protocol):
    """Whoever can sign: a file, a token, a remote or cloud service.

    Three things are enough, so that a service which keeps the key to itself is a dozen lines of code.
    """

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Certificates in DER: the signer's own first, then its issuers as far as known."""

    @property
    def digest(self) -> str:
        """Digest to sign with: `sha256`, `sha384` or `sha512`; `signing.digest_for(chain[0])` is always right."""

    def sign(self, data: bytes) -> bytes:
        """Sign `data` with `digest`; it may take as long as it takes.

        RSA: PKCS#1 v1.5, or for a key that is for RSASSA-PSS only, PSS with the digest and the salt that
        `signing.pss(chain[0])` gives; elliptic curves: ECDSA in DER; Ed25519 as it is. A service that takes a
        digest is given `hashlib.new(self.digest, data)`. The signature is checked against the certificate before
        anything is written.

        :param data: some hundred bytes, not yet digested.
        :raises LetterpressError: it cannot sign.
        """
