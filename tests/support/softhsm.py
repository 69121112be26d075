"""A PKCS#11 token for tests: SoftHSM2 is a real library that keeps its token in a folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tests.support import needs
from tests.support.signing import Authority

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
MODULE = next((Path(path) for path in MODULES if Path(path).exists()), None)
PIN = "246810"
VARIABLE = "SOFTHSM2_CONF"


def module() -> Path:
    """The library; the calling test skips where it is not there."""
    if MODULE is None or shutil.which("softhsm2-util") is None:
        needs.lack("token", "SoftHSM2 is not installed (Debian: apt-get install softhsm2)")
    return MODULE


def begin(folder: Path, label: str) -> str:
    """Make an empty token, and give the path of its configuration, which belongs into `SOFTHSM2_CONF`."""
    (folder / "tokens").mkdir(parents=True)
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "1234"],
        check=True,
        capture_output=True,
        env={VARIABLE: str(configuration), "PATH": "/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin"},
    )
    return str(configuration)


def add_key(configuration: str, label: str, owner: str) -> None:
    """Make a key on P-256 in the token of that configuration, with a certificate of its owner.

    In a process of its own: the library reads its configuration once a process, so a test that opens another token
    afterwards in the same process would not find it.
    """
    code = "import sys; from tests.support import softhsm; softhsm._fill(*sys.argv[1:])"
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, VARIABLE: configuration}
    subprocess.run([sys.executable, "-c", code, label, owner], check=True, env=environment, cwd=root)


def _fill(label: str, owner: str) -> None:
    import pkcs11
    from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters

    authority = Authority()
    with pkcs11.lib(str(module())).get_token(token_label=label).open(rw=True, user_pin=PIN) as session:
        curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
        parameters = session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
        public, _ = parameters.generate_keypair(label=label, id=b"\1", store=True)
        key = serialization.load_der_public_key(encode_ec_public_key(public))
        for der, identifier in ((authority.issue(owner, key), b"\1"), (authority.der, b"\2")):
            session.create_object(
                {
                    pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                    pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                    pkcs11.Attribute.TOKEN: True,
                    pkcs11.Attribute.LABEL: label,
                    pkcs11.Attribute.ID: identifier,
                    pkcs11.Attribute.SUBJECT: x509.load_der_x509_certificate(der).subject.public_bytes(),
                    pkcs11.Attribute.VALUE: der,
                }
            )
