"""Runs veraPDF's engine, which is Java, inside this process: which rules of a flavour does a file break?

A process that has started Java keeps it to its end, so `verapdf` has a process for it.

Not here: where Java and the jars are (`java`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from letterpress.errors import LetterpressError
from letterpress.pdf.validation import java


class Failure(NamedTuple):
    """One rule that is broken, as veraPDF says it."""

    rule: str
    """Clause of the standard and veraPDF's number of the test, `6.2.4.3-2`; `file`: it could not read the file."""
    asked: str
    """What the rule asks for."""
    found: str
    """What was found; empty, if it says no more."""
    context: str
    """veraPDF's path to the first place."""
    places: int


def prepare() -> None:
    """Start Java: the kept worker calls it before a call's time begins."""
    _start()


def judge(path: str, flavours: tuple[str, ...]) -> dict[str, tuple[Failure, ...]]:
    """Judge a file by each flavour; none: it complies.

    :param path: absolute, since Java keeps the working folder that it was started in.
    :param flavours: `3a`, `ua1` and the like.
    :raises LetterpressError: the engine cannot run here.
    :raises ValueError: veraPDF does not have the flavour.
    """
    return {flavour: _judge(path, flavour) for flavour in flavours}


@lru_cache(maxsize=1)
def _start() -> Any:
    """Start Java once in this process and give veraPDF's foundry."""
    reason = java.available()
    if reason:
        raise LetterpressError(reason, code="verapdf-missing")
    import jpype

    if not jpype.isJVMStarted():
        jpype.startJVM(
            "-Xss16m",  # the validator goes down the structure tree by recursion
            "-Xmx1g",
            # A few files are judged: a quick start is worth more than a fast end.
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            # What is only reserved counts as address space, which is limited.
            "-XX:CompressedClassSpaceSize=64m",
            "-XX:ReservedCodeCacheSize=64m",
            # Java would leave a report of its own in the working folder when it cannot have more memory.
            f"-XX:ErrorFile={os.devnull}",
            "-Djava.awt.headless=true",
            # From Java 24 on, without this a warning is printed for each library that JPype loads.
            "--enable-native-access=ALL-UNNAMED",
            jvmpath=str(java.find_jvm()),
            classpath=[str(jar) for jar in (java.find_engine(), *java.find_jaxb())],
            ignoreUnrecognized=True,
            interrupt=False,  # Ctrl-C stays Python's
        )
        # The engine reports what matters in its result; what it logs besides would only be in the way.
        jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()


def _judge(path: str, flavour: str) -> tuple[Failure, ...]:
    """Judge a file by one flavour."""
    foundry = _start()
    import jpype

    standard = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId(flavour)
    if str(standard.getId()) != flavour:  # it gives NO_FLAVOUR for an unknown name
        raise ValueError(f"veraPDF has no flavour {flavour!r}")
    # Made outside the `try`: that a profile does not load is a fault of the set-up, never of the file.
    # At most 1 place a rule is kept, passed checks are not, and messages say what was found.
    validator = foundry.createValidator(standard, 1, False, True, False)
    try:
        parser = foundry.createParser(jpype.JClass("java.io.File")(path), standard)
        try:
            result = validator.validate(parser)
            failures = tuple(sorted(_failures(result)))
        finally:
            parser.close()
    except jpype.JException as error:
        return (Failure("file", f"veraPDF cannot read it as a PDF: {_reason(error)}", "", "", 1),)
    if not (failures or result.isCompliant()):
        return (Failure("file", "veraPDF calls it not compliant, and names no rule", "", "", 1),)
    return failures


def _failures(result: Any) -> Iterator[Failure]:
    """Give each broken rule of a result."""
    counts = {_rule(entry.getKey()): int(entry.getValue()) for entry in result.getFailedChecks().entrySet()}
    for assertion in result.getTestAssertions():
        rule = _rule(assertion.getRuleId())
        asked, found = str(assertion.getMessage()), str(assertion.getErrorMessage() or "")
        context = str(assertion.getLocation().getContext())
        yield Failure(rule, asked, found if found != asked else "", context, counts.get(rule, 1))


def _rule(rule: Any) -> str:
    """Name a rule as its clause of the standard and veraPDF's number of the test."""
    return f"{rule.getClause()}-{rule.getTestNumber()}"


def _reason(error: Any) -> str:
    """Give the innermost message of a Java exception: the outer ones only say that something failed."""
    while error.getCause() is not None:
        error = error.getCause()
    return str(error.getMessage() or error.getClass().getSimpleName())
