"""Lists what is used of pyHanko and pyhanko_certvalidator beyond what they promise, and why.

A new version may change these without a word. tests/signing/test_pyhanko_internals.py says which entry is gone or takes
other parameters, and finds private names that are used and not listed.

Not here: the uses themselves; `used_in` names their modules.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["function", "attribute", "property", "constant", "message"]


class Internal(NamedTuple):
    """One name, or one text of a message, that the libraries do not promise to keep."""

    module: str
    """Where it is defined."""
    name: str
    """Within the module: `Class.method`, `Class.attribute`, `function`; of a message, the text it begins with."""
    kind: Kind
    """`function`: of a module or class. `attribute`: set on instances. `message`: a text that is read."""
    used_in: str
    """The module of `letterpress.signing` that uses it."""
    why: str
    parameters: tuple[str, ...] = ()
    """Names of a function's parameters."""


INTERNALS = (
    Internal(
        "pyhanko.pdf_utils.reader",
        "PdfFileReader._get_object_from_stream",
        "function",
        "reader",
        "overridden: pyHanko reads the list in front of an object stream anew for each object in it",
        ("self", "idnum", "stmnum", "idx"),
    ),
    Internal(
        "pyhanko.pdf_utils.reader",
        "HistoricalResolver._indirect_object_access_cache",
        "attribute",
        "changes.usages",
        "set beforehand: pyHanko's own search for ways to objects is without end for some files",
    ),
    Internal(
        "pyhanko.pdf_utils.reader",
        "RawPdfPath",
        "constant",
        "changes.usages",
        "the form that ways to objects have in that cache",
    ),
    Internal(
        "pyhanko.pdf_utils.xref",
        "XRefCache.hybrid_xrefs_present",
        "property",
        "fields",
        "hidden by a subclass: pyHanko refuses every hybrid of table and stream, and strict/ only those that differ",
    ),
    Internal(
        "pyhanko.pdf_utils.incremental_writer",
        "IncrementalPdfFileWriter._update_meta",
        "function",
        "writing.pades",
        "overridden: pyHanko writes XMP and document information anew at each update",
        ("self",),
    ),
    Internal(
        "pyhanko.sign.signers.pdf_signer",
        "PdfSigningSession.system_time",
        "attribute",
        "writing.pades",
        "set, so that the time in the PDF is the one that was asked for",
    ),
    Internal(
        "pyhanko.sign.timestamps.api",
        "TimeStamper._dummy_response_cache",
        "attribute",
        "writing.timestamp_server",
        "read: tells how long the server's timestamps are",
    ),
    Internal(
        "pyhanko.sign.diff_analysis.policies",
        "_find_orphans",
        "function",
        "changes.allowed_changes",
        "called: pyHanko refuses objects that nothing refers to, and does not say which",
        ("hist_rev",),
    ),
    Internal(
        "pyhanko.sign.diff_analysis.commons",
        "Values for dict key ",
        "message",
        "changes.allowed_changes",
        "read: which entry of a dictionary changed",
    ),
    Internal(
        "pyhanko.sign.diff_analysis.commons",
        "Dict keys differ: ",
        "message",
        "changes.allowed_changes",
        "read: which entries a dictionary gained or lost",
    ),
    Internal(
        "pyhanko_certvalidator.registry",
        "CertificateRegistry.register_multiple",
        "function",
        "certificates.trust",
        "replaced on one object: pyHanko would add all certificates that lie beside a signature",
        ("self", "certs"),
    ),
    Internal(
        "pyhanko_certvalidator.validate",
        "SUPPORTED_EXTENSIONS",
        "constant",
        "certificates.paths",
        "copied: which critical extensions of certificates its validation understands",
    ),
)
