"""The commands `letterpress sign`, `verify` and `identity`.

Not here: how files are signed one after the other (sign_files.py), signing and verifying (signing/).
"""

from __future__ import annotations

import contextlib
import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from letterpress.cli import options as cli_options
from letterpress.cli import output as report
from letterpress.cli import outputs, passphrases
from letterpress.errors import ExitCode, LetterpressError, UsageError
from letterpress.processes import stages

if TYPE_CHECKING:
    from letterpress.signing import SignatureReport, Signer, Verification

LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")
KEY_TYPES = ("p256", "p384", "rsa2048", "rsa3072", "rsa4096", "ed25519")

_FILE = click.Path(path_type=Path)


@report.command(
    epilog="Example: letterpress sign out/offer.pdf --as 'Ada Okafor' --key ada.p12 --reason 'Approved by the board'"
)
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@click.option("--as", "name", metavar="NAME", help="Whose place to sign in: the signatory's name, or the field's.")
@click.option("--key", type=_FILE, help="PKCS#12 file, or a private key in PEM (then with --cert).")
@click.option("--cert", type=_FILE, help="Certificate chain in PEM: for a --key in PEM, or what a .p12 or token lacks.")
@click.option("--pkcs11", type=_FILE, metavar="LIBRARY", help="Sign with a token, through its PKCS#11 library (.so).")
@click.option("--token", metavar="LABEL", help="Which token, if there are several.")
@click.option("--key-label", metavar="LABEL", help="Which key on the token, if there are several.")
@passphrases.option
@click.option("-o", "--output", type=_FILE, help="Where to write it; a folder for several. [in place of FILE]")
@click.option("--level", type=click.Choice(LEVELS), help="PAdES level. [default: B-B, or B-T with --tsa]")
@click.option("--tsa", metavar="URL", help="Timestamp server (RFC 3161), needed from B-T on.")
@click.option("--tsa-optional", is_flag=True, help="Sign at B-B, with a warning, if the timestamp server fails.")
@click.option(
    "--tsa-timeout",
    type=click.FloatRange(min=0.1),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for the timestamp server.",
)
@click.option("--trust", type=_FILE, multiple=True, help="Issuers' certificates and CRLs for B-LT; file or folder.")
@click.option("--reason", help="Why it is signed; stands in the signature.")
@click.option("--place", help="Where it is signed.")
@click.option("--contact", help="How to reach the signer.")
@click.option(
    "--certify/--approve", default=None, help="Certify the letter, or approve it. [default: the first certifies]"
)
@click.option(
    "--letterhead", default="plain", show_default=True, metavar="NAME", help="Whose stamp to set on the page."
)
@click.option("--no-stamp", is_flag=True, help="Leave the place on the page empty.")
@click.option(
    "--report", "report_file", callback=report.named, metavar="FILE.csv", help="What could not be signed, and why."
)
@passphrases.on_behalf_option
@outputs.replace_signed_option
@cli_options.limited()
def sign(
    *,
    files: tuple[Path, ...],
    name: str | None,
    key: Path | None,
    cert: Path | None,
    pkcs11: Path | None,
    token: str | None,
    key_label: str | None,
    passphrase_fd: int | None,
    output: Path | None,
    letterhead: str,
    no_stamp: bool,
    replace_signed: bool,
    level: str | None,
    report_file: str | None,
    as_json: bool,
    **options: Any,
) -> int:
    """Sign each FILE in the place that it keeps for NAME; of a folder, every PDF in it that keeps places.

    The signed letter replaces FILE unless -o says otherwise; it is written beside and renamed, so that FILE is whole at
    every moment. Another file that bears a signature is replaced only with --replace-signed. The passphrase is asked
    for once, or read from LETTERPRESS_PASSPHRASE or --passphrase-fd. Of several letters one that fails does not keep
    the others from being signed, and one that NAME has signed already is left as it is: run the command again to go on.
    """
    from letterpress.cli import sign_files
    from letterpress.files import project

    outputs.check_pdf(output)
    outputs.check_inputs([("--output", output), ("--report", report_file)], [key, cert, pkcs11, *options["trust"]])
    chosen = sign_files.find(files, output)
    outputs.check_inputs([("--report", report_file)], [each.file for each in chosen.files])
    for each in chosen.files:
        outputs.check_stdout(each.target, as_json=as_json)
    order = sign_files.Order(
        name=name,
        level=level or ("B-T" if options["tsa"] else "B-B"),
        letterhead=None if no_stamp else letterhead,
        root=project.root_of(Path.cwd()),
        replace_signed=replace_signed,
        options=options,
    )
    opener = functools.partial(_signer, key, cert, pkcs11, token, key_label, passphrase_fd)
    with sign_files.Keys(opener) as keys:
        if not chosen.several:
            return sign_files.one(chosen.files[0], order, keys, as_json=as_json, report_file=report_file)
        return sign_files.all_of(chosen, order, keys, as_json=as_json, report_file=report_file)


def _signer(
    key: Path | None, cert: Path | None, pkcs11: Path | None, token: str | None, label: str | None, fd: int | None
) -> contextlib.AbstractContextManager[Signer]:
    from letterpress import signing

    if (key is not None) == (pkcs11 is not None):
        raise UsageError(
            "give one key to sign with",
            hint="--key ID.p12, --key KEY.pem --cert CERT.pem, or --pkcs11 LIBRARY",
            code="key-choice",
        )
    if pkcs11 is not None or key is None:
        pin = passphrases.passphrase(fd, "PIN", ask=True)
        return signing.open_token(pkcs11 or Path(), pin, token=token, label=label, beside=cert)

    def load(passphrase: str | None) -> Signer:
        return signing.from_file(key, passphrase, cert)

    given = passphrases.passphrase(fd, "", ask=False)
    if given is None and sys.stdin.isatty():
        try:
            return contextlib.nullcontext(load(None))  # a key without a passphrase needs no question
        except LetterpressError as error:
            if error.exit_code is not ExitCode.FAILED:
                raise
        given = passphrases.passphrase(None, f"Passphrase of {key}", ask=True)
    return contextlib.nullcontext(load(given))


@report.command(epilog="Example: letterpress verify out/offer.pdf --trust trust/board-ca.pem")
@click.argument("file", type=_FILE)
@click.option(
    "--trust",
    type=_FILE,
    multiple=True,
    help="Certificate to trust, or a folder of them, with revocation lists. [default: the project's trust/]",
)
@click.option("--online", is_flag=True, help="Fetch revocation information from where the certificates say.")
@click.option("--render-check", is_flag=True, help="Draw the pages as they were signed and as they are, and compare.")
@click.option("--complete", is_flag=True, help="Exit code 0 only if nobody is left to sign, either.")
@cli_options.limited()
def verify(
    *, file: Path, trust: tuple[Path, ...], online: bool, render_check: bool, complete: bool, as_json: bool
) -> int:
    """Say who signed FILE, whether it still is what they signed, and who has not signed yet; - is the standard input.

    Exit code 0 only if there is a signature, and all are valid and trusted. Places that are still open do not count,
    but with --complete.
    """
    from letterpress import signing
    from letterpress.files import atomic

    stages.begin(str(file), "verifying its signatures", "file")
    sources = list(trust) or _project_trust()
    if str(file) == "-":
        stages.once()
        data = sys.stdin.buffer.read()
    else:
        data = atomic.read(file).data
    verdict = signing.verify(data, sources, online=online, source=str(file), render_check=render_check)
    if as_json:
        report.document({"file": str(file), **verdict.as_json()})
    else:
        _describe(file, verdict)
    missing = complete and any(place.open for place in verdict.places)
    return ExitCode.DONE if verdict.valid and not missing else ExitCode.FAILED


def _project_trust() -> list[Path]:
    """Give the `trust/` folder of the project that the working folder is in.

    One that lies beside the verified file is not used: whoever sent the file may have sent it too.
    """
    from letterpress.files import project

    root = project.find_root(Path.cwd())
    return [root / "trust"] if root is not None and (root / "trust").is_dir() else []


def _describe(file: Path, verdict: Verification) -> None:
    for problem in verdict.problems:
        report.say(f"{file}: {problem if problem.startswith('NOT VALID') else f'NOT VALID: {problem}'}")
    for note in verdict.notes:
        report.say(f"{file}: note: {note}")
    for signature in verdict.signatures:
        report.say(f"{file}: {signature.field}: {_headline(signature)}")
        said = [f"{word}: {text}" for word, text in (("reason", signature.reason), ("place", signature.place)) if text]
        own = [reason for reason in signature.reasons if reason not in verdict.problems]
        for line in (*said, *own, *(f"note: {note}" for note in signature.notes)):
            report.say(f"    {line}")
        for line in signature.changes:
            report.say(f"    since then: {line}")
    for stamp in verdict.timestamps:
        word = "valid and trusted" if stamp.trusted else "valid, not trusted" if stamp.valid else "NOT VALID"
        report.say(f"{file}: {stamp.field}: time stamp by {stamp.authority or 'somebody unknown'}: {word}")
        own = [reason for reason in stamp.reasons if reason not in verdict.problems]
        for line in (*own, *(f"note: {note}" for note in stamp.notes)):
            report.say(f"    {line}")
    report.say(f"{file}: {verdict.state}")


def _headline(signature: SignatureReport) -> str:
    words = "valid and trusted" if signature.trusted else "valid, not trusted" if signature.valid else "NOT VALID"
    when = f", {signature.time:%Y-%m-%d %H:%M %Z}" if signature.time else ""
    if signature.time and not signature.time_proven:
        when += " (by the own clock)"
    revocation = "revoked" if signature.revocation == "revoked" else f"revocation {signature.revocation}"
    details = f"{signature.level or 'no PAdES level'}, covers the {signature.covers}, {revocation}"
    return f"signed by {signature.signer or 'somebody unknown'}{when}: {words} ({details})"


@click.group(epilog="Example: letterpress identity new --name 'Ada Okafor' --out keys/ada.p12")
def identity() -> None:
    """Keys and certificates for trying out. They say of themselves that they are a test."""


_ca_option = click.option(
    "--ca", "authority", type=_FILE, help="Folder of the test authority. [default: test-ca beside the identity]"
)


@report.command(name="new", epilog="Example: letterpress identity new --name 'Ada Okafor' --out keys/ada.p12")
@click.option("--name", required=True, help="Whose identity it is.")
@click.option("--out", type=_FILE, required=True, help="The PKCS#12 file to write.")
@click.option("--type", "kind", type=click.Choice(KEY_TYPES), default="p256", show_default=True, help="Kind of key.")
@click.option(
    "--days", type=click.IntRange(min=1, max=3650), default=365, show_default=True, help="How long it is valid."
)
@_ca_option
@passphrases.option
def new(
    *, name: str, out: Path, kind: str, days: int, authority: Path | None, passphrase_fd: int | None, as_json: bool
) -> int:
    """Make a test identity: a key and a certificate in one file, locked with a passphrase, and an authority for it.

    Keep the files out of version control. Trust them with: letterpress verify FILE --trust test-ca/ca.pem
    """
    from letterpress import signing

    passphrase = passphrases.passphrase(passphrase_fd, "Passphrase for the new key", ask=True, confirm=True)
    made = signing.new_identity(name, out, passphrase or "", key=kind, authority=authority, days=days)  # type: ignore[arg-type]
    if as_json:
        report.document(made.as_json())
    report.say(f"{made.path}: test identity of {name}, valid until {made.expires:%Y-%m-%d}")
    report.say(f"{made.trust}: trust this certificate to verify what it signs; it may be handed on")
    report.say(f"keep {made.path} and {made.authority} secret, and out of version control")
    return ExitCode.DONE


@report.command(name="revoke", epilog="Example: letterpress identity revoke keys/ada.p12")
@click.argument("file", type=_FILE)
@_ca_option
@passphrases.option
def revoke(*, file: Path, authority: Path | None, passphrase_fd: int | None, as_json: bool) -> int:
    """Put the certificate of the test identity FILE on its authority's revocation list."""
    from letterpress import signing

    passphrase = passphrases.passphrase(passphrase_fd, f"Passphrase of {file}", ask=True)
    revoked = signing.revoke_identity(file, passphrase or "", authority=authority)
    if as_json:
        report.document({"identity": str(file), "revocation_list": str(revoked)})
    report.say(f"{revoked}: {file} is revoked; name this list with --trust to have it heeded")
    return ExitCode.DONE


identity.add_command(new)
identity.add_command(revoke)
