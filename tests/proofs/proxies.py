"""The service behind nginx and Caddy, with TLS, as docs/deploy sets them up.

    make proof-proxies

Each of the two that is installed (Debian: nginx, caddy) stands before a service: a letter, an upload of the size that is
allowed, a list as a job whose results come while it is made, and what a client hears when the service is stopped
meanwhile. Half a minute. Nothing of the machine's own nginx or Caddy is touched.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.serve.client import ADA, RENDER, Process, process

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "docs/deploy"
UPSTREAM = "127.0.0.1:8470"
LETTERS = 3000
NGINX = """
daemon off; {user} pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
    access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} ssl; ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;
        {location}
    }}
}}
"""


def main() -> int:
    failures = 0
    for name, start in (("nginx", nginx), ("caddy", caddy)):
        if shutil.which(name) is None:
            print(f"{name}: not installed (Debian: apt-get install {name}), not tried")
            continue
        with tempfile.TemporaryDirectory(prefix="letterpress-proof-") as folder:
            failures += not tried(name, Path(folder), start)
    return int(bool(failures))


def tried(name: str, folder: Path, start: Callable[[Path, str, int], list[str]]) -> bool:
    """Try a server before a service; gives whether all went well."""
    root = folder / "project"
    shutil.copytree(ROOT / "content", root / "content")
    (root / "serve.toml").write_text("[limits]\nrate = 0\n", encoding="utf-8")
    try:
        with process(root) as served, before(folder, served, start) as port:
            letter(port)
            upload(port)
            results(port, served)
    except (AssertionError, OSError, http.client.HTTPException) as error:
        print(f"{name}: {error!r}")
        return False
    print(
        f"{name}: a letter, an upload of 59 MB, results as they come, and their last line when the service is stopped"
    )
    return True


@contextlib.contextmanager
def before(folder: Path, served: Process, start: Callable[[Path, str, int], list[str]]) -> Iterator[int]:
    """Run the server; gives the port where it speaks TLS."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = start(folder, served.origin.removeprefix("http://"), port)
    environment = {**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "HOME": str(folder)}
    with (folder / "log").open("w") as log:
        running = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        until = time.monotonic() + 30
        while True:
            try:
                assert ask(port, "GET", "/ready")[0] in (200, 503)
                break
            except OSError:
                if time.monotonic() > until:
                    raise AssertionError(f"does not start: {(folder / 'log').read_text()[-2000:]}") from None
                time.sleep(0.1)
        yield port
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=30)


def nginx(folder: Path, upstream: str, port: int) -> list[str]:
    location = (DEPLOY / "nginx.conf").read_text(encoding="utf-8").replace(UPSTREAM, upstream)
    certificate = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run(["openssl", "req", *certificate, *files], check=True, capture_output=True)
    settings, user = folder / "nginx.conf", "" if os.geteuid() else "user root;"  # the folder is ours alone
    settings.write_text(NGINX.format(folder=folder, port=port, location=location, user=user), encoding="utf-8")
    return ["nginx", "-c", str(settings), "-p", str(folder), "-e", str(folder / "error.log")]


def caddy(folder: Path, upstream: str, port: int) -> list[str]:
    site = (DEPLOY / "Caddyfile").read_text(encoding="utf-8").replace(UPSTREAM, upstream)
    here = site.replace("letters.example.com", f"https://localhost:{port}")
    options = "{\n    admin off\n    auto_https disable_redirects\n    local_certs\n    skip_install_trust\n}\n"
    (folder / "Caddyfile").write_text(options + here, encoding="utf-8")
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def connected(port: int) -> http.client.HTTPSConnection:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # a certificate that was made for this
    return http.client.HTTPSConnection("localhost", port, timeout=120, context=context)


def asked(port: int, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> http.client.HTTPResponse:  # fmt: skip
    connection = connected(port)
    headers = {"authorization": f"Bearer {RENDER}", "content-type": kind, "accept": "*/*"}
    connection.request(method, path, body, headers)
    return connection.getresponse()


def ask(port: int, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> tuple[int, bytes]:  # fmt: skip
    answer = asked(port, method, path, body, kind)
    return answer.status, answer.read()


def letter(port: int) -> None:
    status, pdf = ask(port, "POST", "/v1/letters/offer/render", json.dumps({"data": ADA}).encode())
    assert (status, pdf[:4]) == (200, b"%PDF"), pdf[:500]


def upload(port: int) -> None:
    """A body that the service still takes is taken; a larger one is refused before it is sent, as curl asks first."""
    status, said = ask(port, "POST", "/v1/verify", b"%PDF-" + b"x" * 59_000_000, "application/pdf")
    assert status == 200, f"an upload of 59 MB is answered with {status} {said[:300]!r}"
    connection = connected(port)
    connection.putrequest("POST", "/v1/verify")
    headers = {"authorization": f"Bearer {RENDER}", "content-type": "application/pdf", "expect": "100-continue"}
    for name, value in {**headers, "content-length": "70000000"}.items():
        connection.putheader(name, value)
    connection.endheaders()
    status = connection.getresponse().status
    assert status == 413, f"an upload of 70 MB is answered with {status}"
    connection.close()


def results(port: int, served: Process) -> None:
    """Lines come while others are made; the last one says that there are more, since the service is stopped."""
    words = ["fair " * number for number in range(1, 40)]
    records = [{**ADA, "Name": f"Ada {at}", "Occasion": words[at % 39]} for at in range(LETTERS)]
    status, said = ask(port, "POST", "/v1/letters/offer/jobs", json.dumps({"records": records}).encode())
    assert status == 202, said[:500]
    answer = asked(port, "GET", f"/v1/jobs/{json.loads(said)['id']}/results?wait=true")
    first = json.loads(answer.readline())
    assert first["status"] == "done", first
    served.process.send_signal(signal.SIGTERM)
    lines = answer.read().splitlines()
    assert len(lines) < LETTERS - 1, "all results came at once, or the job was too short"
    last = json.loads(lines[-1])
    assert last == {"complete": False, "after": len(lines)}, last
    assert served.process.wait(timeout=30) == 0
    status, _ = ask(port, "GET", "/ready")
    assert status == 502, f"a service that has gone is answered with {status}"


if __name__ == "__main__":
    sys.exit(main())
