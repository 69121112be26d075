"""Support for the tests of signing: letters to sign, a certificate authority, a timestamp authority, CRL and OCSP.

Everything is made at run time with real keys and served over loopback HTTP; nothing of it is ever committed.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import datetime
import functools
import html
import http.server
import re
import threading
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID

from letterpress.signing.certificates import contents, key_kinds
from letterpress.signing.keys import files as keys
from letterpress.signing.keys import test_identity

PEOPLE: tuple[tuple[str, str], ...] = (
    ("Ada Okafor", "Chair"),
    ("Ben Silva", "Treasurer"),
    ("Chloé Müller", "Secretary"),
    ("Dan Novák", "Member"),
    ("Eve Castellano-Whitfield", "Member"),
)


def slug(name: str) -> str:
    """The field's `T` for a signatory, as the finisher writes it."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


LETTER_CSS = """
@page { size: letter; margin: 25mm }
html { font-family: "Source Serif Pro"; font-size: 11pt; line-height: 1.4 }
h1 { font-size: 14pt } p { margin: 0 0 8pt }
.sig { display: block; width: 200pt; height: 44pt; margin: 10pt 0 2pt; border-bottom: .5pt solid black }
"""


def letter_html(people: Sequence[tuple[str, str]], paragraphs: int = 4) -> str:
    blocks = "".join(
        f'<div><a class="sig" href="sig:{slug(name)}?{quote(name)}&amp;{quote(title)}"'
        f' title="Signature of {html.escape(name)}, {html.escape(title)}"></a>'
        f"<p>{html.escape(name)}<br>{html.escape(title)}</p></div>"
        for name, title in people
    )
    body = "".join(
        f"<p>Paragraph {number}: we write about the bridge over the river, which carries 4,100 people a day and was "
        "last inspected eleven years ago. We ask that the inspection be brought forward.</p>"
        for number in range(1, paragraphs + 1)
    )
    return (
        f"<html lang=en><head><title>The bridge</title><style>{font_faces()}{LETTER_CSS}</style></head>"
        f"<body><h1>The bridge</h1><p>Dear Madam:</p>{body}<p>Sincerely,</p>{blocks}</body></html>"
    )


@functools.cache
def font_faces() -> str:
    import font_source_serif_pro as serif

    files = {400: "SourceSerifPro", 700: "SourceSerifProBold"}
    return "".join(
        f'@font-face {{ font-family: "Source Serif Pro"; font-weight: {weight};'
        f' src: url("{Path(serif.font_files_otf[name]).as_uri()}") }}'
        for weight, name in files.items()
    )


@functools.cache
def font_configuration() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    atexit.register(font_configuration.cache_clear)  # its end needs WeasyPrint, which ends sooner than this module
    return FontConfiguration()


def render(people: Sequence[tuple[str, str]] = PEOPLE[:3], *, paragraphs: int = 4, in_order: bool = False) -> bytes:
    """A letter with one reserved signature field per person, PDF/A-3a and PDF/UA-1, made by letterpress' own
    finisher."""
    from weasyprint import HTML

    from letterpress.layout import file, private_api
    from letterpress.layout.conformance import Finisher
    from letterpress.page import Page

    document = HTML(string=letter_html(people, paragraphs)).render(font_config=font_configuration())
    document.metadata.created = document.metadata.modified = "2026-11-01T00:00:00Z"
    finisher = Finisher(Page(source="", sheets=(), content_folder="", folders=(), in_order=in_order))
    with warnings.catch_warnings(), private_api.fonts_cut_later():
        # WeasyPrint 70 leaves its sRGB profile open when it writes PDF/A; the suite turns warnings into errors.
        warnings.simplefilter("ignore", ResourceWarning)
        document.write_pdf(pdf_variant="pdf/a-3a", finisher=finisher)
    return file.written(finisher.made, many=False)[0].data


STAMP_CSS = """
@page { size: %(width)gpt %(height)gpt; margin: 0 }
html { font-family: "Source Serif Pro"; font-size: 8pt; line-height: 1.25 } p { margin: 0 }
"""


def stamp(words: Any, width: float, height: float) -> bytes:
    """A stamp laid out by WeasyPrint at exactly the field's size, as the letterhead will."""
    from weasyprint import HTML

    lines = [f"Signed by {words.signer}", words.title, f"{words.time:%Y-%m-%d %H:%M %Z}"]
    text = "".join(f"<p>{html.escape(line)}</p>" for line in lines if line)
    css = font_faces() + STAMP_CSS % {"width": width, "height": height}
    source = f"<html lang=en><head><style>{css}</style></head><body>{text}</body></html>"
    document = HTML(string=source).render(font_config=font_configuration())
    return bytes(document.write_pdf())


# Keys, certificates and who vouches for them.

KEY_KINDS = ("p256", "p384", "rsa2048", "rsa3072", "rsa4096", "ed25519")


@functools.cache
def private_key(kind: str, number: int = 0) -> Any:
    """A real key, made once per process; `number` tells keys of one kind apart."""
    return test_identity._MAKERS[kind]()


class Authority:
    """A certificate authority in memory: issues, revokes, answers."""

    def __init__(self, name: str = "Test Root", number: int = 90, kind: str = "p256") -> None:
        self.key = private_key(kind, number)
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.revoked: dict[int, datetime.datetime] = {}
        self.crl_url: str | None = None
        self.ocsp_url: str | None = None
        start = now() - 4000 * DAY
        builder = certificate_builder(self.name, self.name, self.key.public_key(), start, start + 8000 * DAY)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        builder = builder.add_extension(test_identity._usage(key_cert_sign=True, crl_sign=True), critical=True)
        self.certificate = builder.sign(self.key, hashes.SHA256())

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def issue(
        self,
        name: str,
        public: Any,
        *,
        start: datetime.datetime | None = None,
        days: float = 365,
        usage: x509.KeyUsage | None = None,
        purposes: Sequence[x509.ObjectIdentifier] = (),
        digest: hashes.HashAlgorithm | None = None,
        extensions: Sequence[x509.ExtensionType] = (),
    ) -> bytes:
        start = start or now() - DAY
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = certificate_builder(subject, self.name, public, start, start + days * DAY)
        usage = usage or test_identity._usage(digital_signature=True, content_commitment=True)
        builder = builder.add_extension(usage, critical=True)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = builder.add_extension(issuer, critical=False)
        if purposes:
            builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=True)
        if self.crl_url:
            point = x509.DistributionPoint([x509.UniformResourceIdentifier(self.crl_url)], None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        if self.ocsp_url:
            url = x509.UniformResourceIdentifier(self.ocsp_url)
            access = x509.AccessDescription(x509.AuthorityInformationAccessOID.OCSP, url)
            builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
        for extension in extensions:
            builder = builder.add_extension(extension, critical=True)
        der = builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
        return der if digest is None else signed_again(der, self.key, digest)

    def below(self, name: str, number: int, **options: Any) -> Authority:
        """An authority that this one vouches for."""
        made = Authority(name, number)
        ca = options.pop("ca", x509.BasicConstraints(ca=True, path_length=None))
        usage = test_identity._usage(key_cert_sign=True, crl_sign=True)
        extensions = [ca, *options.pop("extensions", ())]
        der = self.issue(name, made.key.public_key(), usage=usage, extensions=extensions, **options)
        made.certificate = x509.load_der_x509_certificate(der)
        return made

    def signer(self, name: str, kind: str = "p256", *, number: int = 0, **options: Any) -> keys.KeyFile:
        key = private_key(kind, number)
        own = self.issue(name, key.public_key(), **options)
        return keys.KeyFile(chain=(own, self.der), digest=key_kinds.digest_for(own), private=key)

    def revoke(self, der: bytes, at: datetime.datetime | None = None) -> None:
        self.revoked[contents.parse(der).serial_number] = at or now() - datetime.timedelta(minutes=5)

    def crl(self, at: datetime.datetime | None = None, days: float = 7) -> bytes:
        at = at or now() - datetime.timedelta(minutes=1)
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.name)
        builder = builder.last_update(at).next_update(at + days * DAY)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = builder.add_extension(issuer, critical=False).add_extension(x509.CRLNumber(1), critical=False)
        for serial, when in self.revoked.items():
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def ocsp(self, request: bytes) -> bytes:
        serial = ocsp.load_der_ocsp_request(request).serial_number
        when = self.revoked.get(serial)
        start = now() - datetime.timedelta(minutes=1)
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            issuer_name_hash=ocsp.load_der_ocsp_request(request).issuer_name_hash,
            issuer_key_hash=ocsp.load_der_ocsp_request(request).issuer_key_hash,
            serial_number=serial,
            algorithm=ocsp.load_der_ocsp_request(request).hash_algorithm,
            cert_status=ocsp.OCSPCertStatus.REVOKED if when else ocsp.OCSPCertStatus.GOOD,
            this_update=start,
            next_update=start + DAY,
            revocation_time=when,
            revocation_reason=None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.certificate)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


DAY = datetime.timedelta(days=1)


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def certificate_builder(
    subject: x509.Name, issuer: x509.Name, public: Any, start: datetime.datetime, end: datetime.datetime
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=public)
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(start).not_valid_after(end)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)


def self_signed(name: str, kind: str = "p256", number: int = 0) -> keys.KeyFile:
    """A signer for whom nobody vouches."""
    key = private_key(kind, number)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = certificate_builder(subject, subject, key.public_key(), now() - DAY, now() + 365 * DAY)
    own = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    return keys.KeyFile(chain=(own,), digest=key_kinds.digest_for(own), private=key)


def for_pss(der: bytes, issuer: Authority, digest: str | None = None, mask: str = "", salt: int = 0) -> bytes:
    """The certificate of an RSA key as one of a key for RSASSA-PSS only; with a `digest`, for this one only."""
    from asn1crypto import x509 as asn1_x509

    certificate = asn1_x509.Certificate.load(der)
    algorithm: dict[str, Any] = {"algorithm": "rsassa_pss"}
    if digest is not None:
        algorithm["parameters"] = {
            "hash_algorithm": {"algorithm": digest},
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": mask or digest}},
            "salt_length": salt,
        }
    certificate["tbs_certificate"]["subject_public_key_info"]["algorithm"] = algorithm
    return signed_again(certificate.dump(force=True), issuer.key, hashes.SHA256())


def signed_again(der: bytes, key: Any, digest: hashes.HashAlgorithm) -> bytes:
    """The certificate signed anew, also with what `cryptography` takes no more: SHA-1 or MD5."""
    from asn1crypto import x509 as asn1_x509

    certificate = asn1_x509.Certificate.load(der)
    rsa_key = isinstance(key, rsa.RSAPrivateKey)
    name = {"algorithm": f"{digest.name}_{'rsa' if rsa_key else 'ecdsa'}"}
    certificate["tbs_certificate"]["signature"] = certificate["signature_algorithm"] = name
    data = certificate["tbs_certificate"].dump(force=True)
    certificate["signature_value"] = (
        key.sign(data, padding.PKCS1v15(), digest) if rsa_key else key.sign(data, ec.ECDSA(digest))
    )
    return bytes(certificate.dump(force=True))


class Services:
    """Loopback HTTP: a timestamp authority with its moods, a revocation list and OCSP of one authority."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        """Whose revocation list and OCSP are served."""
        self.tsa_authority = authority
        self.requests: list[str] = []
        self.authorizations: list[str | None] = []
        self.timestamp_time: datetime.datetime | None = None
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()
        authority.crl_url = f"{self.url}/ca.crl"
        key = private_key("rsa2048", 91)  # pyHanko's test timestamper speaks RSA only
        self.tsa_certificate = authority.issue(
            "Test Time", key.public_key(), days=3000, purposes=[x509.ExtendedKeyUsageOID.TIME_STAMPING]
        )
        self.tsa_key = key

    def timestamp(self, request: bytes) -> bytes:
        from asn1crypto import keys as asn1_keys
        from asn1crypto import tsp
        from asn1crypto import x509 as asn1_x509
        from pyhanko.sign.timestamps import DummyTimeStamper
        from pyhanko_certvalidator.registry import SimpleCertificateStore

        plain = serialization.NoEncryption()
        der = self.tsa_key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, plain)
        store = SimpleCertificateStore()
        store.register(asn1_x509.Certificate.load(self.tsa_authority.der))
        server = DummyTimeStamper(
            asn1_x509.Certificate.load(self.tsa_certificate),
            asn1_keys.PrivateKeyInfo.load(der),
            certs_to_embed=store,
            fixed_dt=self.timestamp_time,
        )
        answer = asyncio.run(server.async_request_tsa_response(tsp.TimeStampReq.load(request)))
        return bytes(answer.dump())

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def _handler(services: Services) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            services.requests.append(self.path)
            self.answer("application/pkix-crl", services.authority.crl())

        def do_POST(self) -> None:
            services.requests.append(self.path)
            services.authorizations.append(self.headers["Authorization"])
            body = self.rfile.read(int(self.headers["Content-Length"]))
            match self.path:
                case "/tsa":
                    self.answer("application/timestamp-reply", services.timestamp(body))
                case "/tsa-slow":
                    time.sleep(1.5)
                    self.answer("application/timestamp-reply", services.timestamp(body))
                case "/tsa-garbage":
                    self.answer("application/timestamp-reply", b"\x30\x03\x02\x01\x00 and more")
                case "/tsa-html":
                    self.answer("text/html", b"<h1>Welcome</h1>")
                case "/ocsp":
                    self.answer("application/ocsp-response", services.authority.ocsp(body))
                case _:
                    self.send_error(503)

        def answer(self, kind: str, body: bytes) -> None:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
