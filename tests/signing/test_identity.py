"""Identities for trying out: what they say of themselves, who may read them, and that none is ever committed."""

from __future__ import annotations

import re
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography import x509

from letterpress.errors import LetterpressError, UnreadableInput, UsageError
from letterpress.signing.certificates import contents, purpose
from letterpress.signing.keys import files as keys
from letterpress.signing.keys import test_identity

SECRET = "correct horse battery staple"
ROOT = Path(__file__).resolve().parents[2]


def test_a_test_identity_says_so(tmp_path: Path) -> None:
    made = test_identity.new_identity("Ada Okafor", tmp_path / "keys" / "ada.p12", SECRET)
    key = keys.from_pkcs12(made.path, SECRET)
    assert contents.is_test_identity(key.chain[0])
    assert contents.name_of(key.chain[0]) == "Ada Okafor"
    authority = x509.load_pem_x509_certificate(made.trust.read_bytes())
    assert "letterpress test authority" in authority.subject.rfc4514_string()
    assert contents.is_self_issued(key.chain[1])
    x509.load_der_x509_certificate(key.chain[0]).verify_directly_issued_by(authority)
    assert purpose.usage_fault(key.chain[0]) is None


def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    made = test_identity.new_identity("Ada Okafor", tmp_path / "keys" / "ada.p12", SECRET)
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(made.authority.stat().st_mode) == 0o700
    for path in made.authority.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert sorted(path.name for path in made.authority.iterdir()) == [".gitignore", "ca.crl", "ca.key", "ca.pem"]
    assert (made.authority / ".gitignore").read_text() == "*\n"


def test_two_identities_share_an_authority(tmp_path: Path) -> None:
    first = test_identity.new_identity("Ada Okafor", tmp_path / "ada.p12", SECRET)
    second = test_identity.new_identity("Ben Silva", tmp_path / "ben.p12", "another passphrase")
    assert first.trust == second.trust
    assert keys.from_pkcs12(first.path, SECRET).chain[1] == keys.from_pkcs12(second.path, "another passphrase").chain[1]


@pytest.mark.parametrize("kind", test_identity.KEY_TYPES)
def test_every_kind_of_key(tmp_path: Path, kind: test_identity.KeyType) -> None:
    made = test_identity.new_identity("Ada Okafor", tmp_path / "ada.p12", SECRET, key=kind)
    assert keys.from_pkcs12(made.path, SECRET).digest == {"p384": "sha384", "ed25519": "sha512"}.get(kind, "sha256")


def test_a_certificate_can_name_where_revocation_is_served(tmp_path: Path) -> None:
    url = "http://127.0.0.1:8080/"
    made = test_identity.new_identity(
        "Ada Okafor", tmp_path / "ada.p12", SECRET, crl_url=url + "ca.crl", ocsp_url=url + "ocsp"
    )
    extensions = x509.load_der_x509_certificate(keys.from_pkcs12(made.path, SECRET).chain[0]).extensions
    (point,) = extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    (access,) = extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    assert point.full_name is not None
    assert [point.full_name[0].value, access.access_location.value] == [url + "ca.crl", url + "ocsp"]


def test_revoke_adds_to_the_list_once(tmp_path: Path) -> None:
    made = test_identity.new_identity("Ada Okafor", tmp_path / "ada.p12", SECRET)
    other = test_identity.new_identity("Ben Silva", tmp_path / "ben.p12", SECRET)
    path = test_identity.revoke_identity(made.path, SECRET)
    test_identity.revoke_identity(made.path, SECRET)
    test_identity.revoke_identity(other.path, SECRET)
    crl = x509.load_der_x509_crl(path.read_bytes())
    assert len(list(crl)) == 2
    assert crl.is_signature_valid(x509.load_pem_x509_certificate(made.trust.read_bytes()).public_key())  # type: ignore[arg-type]


def test_what_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs a name"):
        test_identity.new_identity("  ", tmp_path / "a.p12", SECRET)
    with pytest.raises(UsageError, match="needs a passphrase"):
        test_identity.new_identity("Ada", tmp_path / "a.p12", "")
    with pytest.raises(UsageError, match=r"no kind of key 'dsa'.*p256"):
        test_identity.new_identity("Ada", tmp_path / "a.p12", SECRET, key="dsa")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
    made = test_identity.new_identity("Ada", tmp_path / "a.p12", SECRET)
    stranger = test_identity.new_identity("Ada", tmp_path / "elsewhere" / "b.p12", SECRET)
    with pytest.raises(UsageError, match="is not overwritten"):
        test_identity.new_identity("Ada", made.path, SECRET)
    with pytest.raises(LetterpressError, match="did not issue this identity"):
        test_identity.revoke_identity(stranger.path, SECRET, authority=made.authority)
    with pytest.raises(UnreadableInput, match="holds no test authority"):
        test_identity.revoke_identity(made.path, SECRET, authority=tmp_path / "nowhere")
    (tmp_path / "file").write_text("")
    with pytest.raises(UnreadableInput, match="cannot be written"):
        test_identity.new_identity("Ada", tmp_path / "file" / "a.p12", SECRET)


def test_no_key_is_in_the_repository() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is not a git checkout")
    # Written so that this file does not find itself.
    private = re.compile(rb"-----BEGIN [A-Z ]*" + rb"PRIVATE KEY-----\s+[A-Za-z0-9+/=]{16}")
    kept = (b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01", b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x02")
    for name in filter(None, listed.stdout.decode().split("\0")):
        path = ROOT / name
        if not path.is_file():
            continue
        assert path.suffix not in {".p12", ".pfx", ".key", ".jks"}, f"{name}: a key file"
        content = path.read_bytes()
        assert not private.search(content), f"{name}: a private key in PEM"
        assert not any(oid in content for oid in kept), f"{name}: a key bag of PKCS#12"
