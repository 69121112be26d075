"""Letters a second of the service at 1, 8 and 32 clients, against plain WeasyPrint behind the same server.

    make bench-serve [SECONDS=8]

The letter is the seed letter with another recipient each time. Plain WeasyPrint gets the HTML and the style sheets of
that letter ready made, with the recipient put in, keeps fonts and parsed style sheets, and only lays it out: as many processes, behind the same web server.
Clients run in this process, so that their share of the processor is in all figures alike.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.serve.load import WORDS, Connection  # noqa: E402

TOKEN = "0123456789abcdef" * 2
CLIENTS = (1, 8, 32)
PLAIN = """
import asyncio, json, multiprocessing, os, sys
from concurrent.futures import ProcessPoolExecutor
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

HTML, CSS = (open(name, encoding="utf-8").read() for name in sys.argv[1:3])
kept = []

def make(name):
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    if not kept:
        fonts = FontConfiguration()
        kept.extend((fonts, weasyprint.CSS(string=CSS, font_config=fonts)))
    fonts, sheet = kept
    page = weasyprint.HTML(string=HTML.replace("RECIPIENT", name))
    return page.write_pdf(font_config=fonts, stylesheets=[sheet], pdf_variant="pdf/a-3a", pdf_tags=True)

async def render(request):
    name = (await request.json())["data"]["name"]
    return Response(await asyncio.get_running_loop().run_in_executor(pool, make, name), media_type="application/pdf")

if __name__ == "__main__":
    spawned = multiprocessing.get_context("spawn")  # a fork would hold the socket
    pool = ProcessPoolExecutor(len(os.sched_getaffinity(0)), spawned)
    app = Starlette(routes=[Route("/v1/letters/{letter}/render", render, methods=["POST"])])
    config = uvicorn.Config(app, port=int(sys.argv[3]), log_config=None, access_log=False, http="h11", loop="asyncio")
    uvicorn.Server(config).run()
"""


def measured(origin: str, clients: int, seconds: float) -> tuple[float, float, float]:
    """Answers a second, and the times in ms that half and 99 of 100 took at most."""
    times: list[float] = []
    until = time.monotonic() + seconds

    def work(number: int) -> None:
        connection, chance = Connection(origin, TOKEN), random.Random(number)
        while time.monotonic() < until:
            name = f"{chance.choice(WORDS).title()} {chance.choice(WORDS).title()}"
            body = json.dumps({"data": {"name": name, "street": "4 Elm Lane", "city": "Bangor"}}).encode()
            begun = time.perf_counter()
            status, pdf = connection.ask("korea-policy", body)
            times.append(time.perf_counter() - begun)
            if status != 200 or pdf[:4] != b"%PDF":
                raise SystemExit(f"{status} {pdf[:500]!r}")
        connection.http.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    return len(times) / seconds, 1000 * statistics.median(times), 1000 * times[int(len(times) * 0.99)]


def started(command: list[str], port: int, **more: Any) -> subprocess.Popen[bytes]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    process = subprocess.Popen(command, **quiet, **more)  # type: ignore[call-overload]
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            connection = Connection(f"http://127.0.0.1:{port}", TOKEN)
            connection.ask("korea-policy", b'{"data": {"name": "Ada Brook"}}')
            connection.http.close()
            return process
        except OSError:
            time.sleep(0.2)
    ended(process)
    raise SystemExit("the server does not start")


def ended(process: subprocess.Popen[bytes]) -> None:
    """End a server with the processes that it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def page_of(folder: Path) -> list[str]:
    """The seed letter's page as letterpress gives it to WeasyPrint: files of its HTML and of its style sheets."""
    from letterpress import api, pipeline
    from letterpress.layout import engine

    seen = []
    before = engine.lay_out
    engine.lay_out = lambda page, *given, **more: seen.append(page) or before(page, *given, **more)  # type: ignore[assignment, func-returns-value]
    letter = api.read(ROOT / "content/letters/korea-policy.md")
    pipeline.press(api.job(letter, fields={"to.name": "RECIPIENT"}))
    (page,) = seen
    (folder / "letter.html").write_text(page.html, encoding="utf-8")
    (folder / "letter.css").write_text("\n".join(sheet.css for sheet in page.sheets), encoding="utf-8")
    return [str(folder / "letter.html"), str(folder / "letter.css")]


def main(seconds: float) -> None:
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "content", folder / "project/content")
        (folder / "plain.py").write_text(PLAIN, encoding="utf-8")
        plain = started([sys.executable, str(folder / "plain.py"), *page_of(folder), "8491"], 8491)
        try:
            for clients in CLIENTS:
                measured("http://127.0.0.1:8491", clients, 2)
                rows.append(("plain WeasyPrint", clients, *measured("http://127.0.0.1:8491", clients, seconds)))
        finally:
            ended(plain)
        own = [sys.executable, "-m", "letterpress", "serve", str(folder / "project"), "--port", "8492"]
        served = started(own, 8492, env={**os.environ, "LETTERPRESS_TOKENS": f"bench render {TOKEN}"})
        try:
            for clients in CLIENTS:
                measured("http://127.0.0.1:8492", clients, 2)
                rows.append(("letterpress serve", clients, *measured("http://127.0.0.1:8492", clients, seconds)))
        finally:
            ended(served)
    print(f"{'':20} {'clients':>8} {'a second':>9} {'p50 ms':>8} {'p99 ms':>8}")
    for what, clients, rate, p50, p99 in rows:
        print(f"{what:20} {clients:8} {rate:9.1f} {p50:8.1f} {p99:8.1f}")
    for clients in CLIENTS:
        one, two = (
            next(row[2] for row in rows if row[:2] == (what, clients))
            for what in ("letterpress serve", "plain WeasyPrint")
        )
        print(f"at {clients} clients {one / two:.1f} times as many")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 8)
