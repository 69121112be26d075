"""The container recipe, built and run: as its user, without rights, with a root that cannot be written.

    make proof-container

Where there is no registry of images: Debian's base is made with debootstrap, the image is built with buildah and run with
runc. Needs root, and Debian's packages debootstrap, buildah and runc; five minutes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NAME = f"letterpress-proof-{os.getpid()}"
TOKEN = "0123456789abcdef" * 2
UID = 10001
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
ASKED = """
import io, json, time, urllib.error, urllib.request, zipfile
def ask(path, body=None, **headers):
    headers |= {"Authorization": "Bearer TOKEN", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request("http://127.0.0.1:8470" + path, data, headers), timeout=60) as answer:
        return answer.read()
data = {"name": "Ada Brook", "street": "4 Mill Lane", "city": "Bangor"}
pdf = ask("/v1/letters/korea-policy/render", {"data": data})
assert pdf.startswith(b"%PDF"), pdf[:80]
about = {"city": "Bangor", "occasion": "open day", "copies": 5, "price": "250.00", "due": "2026-04-30"}
job = json.loads(ask("/v1/letters/offer/jobs", {"records": [{"name": f"Customer {at}", **about} for at in range(100)]}))["id"]
assert ask(f"/v1/jobs/{job}/results?wait=true").count(b'"status":"done"') == 100
with zipfile.ZipFile(io.BytesIO(ask(f"/v1/jobs/{job}/letters.zip"))) as archive:
    print(len(pdf), "bytes of a letter, and a ZIP of", len(archive.namelist()))
""".replace("TOKEN", TOKEN)


def main() -> int:
    if missing := [name for name in ("debootstrap", "buildah", "runc") if shutil.which(name) is None]:
        print(f"proof-container: apt-get install {' '.join(missing)}", file=sys.stderr)
        return 1
    if os.geteuid() != 0:
        print("proof-container: debootstrap and runc need root", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="letterpress-proof-") as folder, built(Path(folder)) as (image, root):
        run(Path(folder), image, root)
    return 0


def call(*command: str | Path, **more: Any) -> str:
    ran = subprocess.run([*map(str, command)], stdout=subprocess.PIPE, text=True, check=False, **more)
    if ran.returncode != 0:
        sys.exit(f"proof-container: `{' '.join(map(str, command))}` failed: {ran.stdout}")
    return ran.stdout.strip()


@contextmanager
def built(folder: Path) -> Iterator[tuple[dict[str, Any], Path]]:
    """Build the image; gives its configuration, and where its files are."""
    base = folder / "base"
    print("== Debian's base", flush=True)
    call(
        "debootstrap",
        "--variant=minbase",
        "--include=ca-certificates",
        "trixie",
        base,
        stderr=subprocess.DEVNULL,
    )
    own = os.environ.get("PIP_CERT")  # packages come through a server that this machine trusts
    if own:
        shutil.copy(own, base / AUTHORITIES.lstrip("/"))
    buildah = ["buildah", "--storage-driver", "vfs", "--root", folder / "storage", "--runroot", folder / "run"]
    call(
        "tar",
        "-C",
        base,
        "--exclude=./proc/*",
        "--exclude=./sys/*",
        "--exclude=./dev/*",
        "-cf",
        folder / "base.tar",
        ".",
    )
    shutil.rmtree(base)
    call(*buildah, "from", "--name", "base", "scratch")
    call(*buildah, "add", "base", folder / "base.tar", "/")
    call(*buildah, "commit", "--quiet", "base", "localhost/base")
    print("== the image", flush=True)
    context = folder / "context"
    call(sys.executable, "-m", "build", "--wheel", "--outdir", context / "dist", ROOT, stderr=subprocess.DEVNULL)
    given = ["--env", f"PIP_CERT={AUTHORITIES}"] if own else []
    recipe = [
        "--file",
        ROOT / "docs/deploy/Containerfile",
        "--tag",
        "letterpress",
        "--build-arg",
        "BASE=localhost/base",
    ]
    call(*buildah, "build", "--format", "docker", "--isolation", "chroot", "--pull=never", *given, *recipe, context)
    image = json.loads(call(*buildah, "inspect", "--type", "image", "localhost/letterpress"))["Docker"]["config"]
    call(*buildah, "from", "--name", "made", "localhost/letterpress")
    root = Path(call(*buildah, "mount", "made"))
    try:
        yield image, root
    finally:
        call(*buildah, "umount", "made")


def bundle(folder: Path, image: dict[str, Any], root: Path) -> Path:
    """What `podman run --read-only --tmpfs /tmp --cap-drop all` with the guide's volumes gives to its runtime."""
    place = folder / "bundle"
    shutil.copytree(ROOT / "content", place / "letters/content")
    (place / "letters/serve.toml").write_text('store = "/var/lib/letterpress"\n')
    (place / "store").mkdir(mode=0o700)
    (place / "tokens").write_text(f"shop render {TOKEN}\n")
    (place / "tokens").chmod(0o400)
    for name in ("store", "tokens"):
        os.chown(place / name, UID, UID)
    call("chmod", "-R", "a+rX", place / "letters")
    folder.chmod(0o755)
    call("runc", "spec", cwd=place)
    spec = json.loads((place / "config.json").read_text())
    spec["root"] = {"path": str(root), "readonly": True}
    user = int(image["User"].partition(":")[0])
    assert user == UID
    spec["process"] |= {
        "terminal": False,
        "user": {"uid": user, "gid": user},
        "cwd": image["WorkingDir"],
        "env": [one for one in image["Env"] if not one.startswith("PIP_")],
        "args": [*image["Entrypoint"], "--tokens", "/run/secrets/tokens"],
        "capabilities": {},
        "noNewPrivileges": True,
    }
    mounts = [one for one in spec["mounts"] if one["destination"] != "/sys/fs/cgroup"]
    mounts.append(
        {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "nodev", "mode=1777"]}
    )
    bound = {
        "letters": ("/srv/letters", "ro"),
        "store": ("/var/lib/letterpress", "rw"),
        "tokens": ("/run/secrets/tokens", "ro"),
    }
    mounts += [
        {"destination": at, "type": "bind", "source": str(place / name), "options": ["bind", how]}
        for name, (at, how) in bound.items()
    ]
    spec["mounts"] = mounts
    (place / "config.json").write_text(json.dumps(spec))
    return place


def run(folder: Path, image: dict[str, Any], root: Path) -> None:
    print("== running", flush=True)
    place = bundle(folder, image, root)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            ["runc", "run", "--bundle", place, NAME], stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
    try:
        health = ["runc", "exec", NAME, *image["Healthcheck"]["Test"][1:]]
        end = time.monotonic() + 60
        while subprocess.run(health, stderr=subprocess.DEVNULL, check=False).returncode != 0:
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < end, "HEALTHCHECK fails"
            time.sleep(0.5)
        print(call("runc", "exec", NAME, "python", "-c", ASKED))
        for path in ("/x", "/srv/letters/x", "/opt/letterpress/x", "/run/secrets/x"):
            tried = subprocess.run(["runc", "exec", NAME, "touch", path], stderr=subprocess.DEVNULL, check=False)
            assert tried.returncode != 0, f"{path} can be written"
        status = call("runc", "exec", NAME, "cat", "/proc/1/status")
        assert f"Uid:\t{UID}\t{UID}\t{UID}\t{UID}" in status
        assert "CapEff:\t0000000000000000" in status
        begun = time.monotonic()
        call("runc", "kill", NAME, image["StopSignal"].removeprefix("SIG"))
        assert process.wait(timeout=15) == 0, (folder / "log").read_text()
        print(
            f"healthy, as user {UID} without rights; nothing but the store and /tmp is written; ended in {time.monotonic() - begun:.1f} s"
        )
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
            subprocess.run(["runc", "delete", "--force", NAME], check=False)


if __name__ == "__main__":
    sys.exit(main())
