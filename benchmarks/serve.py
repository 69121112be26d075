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
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.serve import client, load  # noqa: E402
from tests.serve.load import WORDS, Asked, Connection  # noqa: E402

TOKEN = "0123456789abcdef" * 2
CLIENTS = (1, 8, 32)
PORT = 8491
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


def anybody(chance: random.Random) -> Asked:
    """The seed letter to somebody."""
    name = f"{chance.choice(WORDS).title()} {chance.choice(WORDS).title()}"
    body = json.dumps({"data": {"name": name, "street": "4 Elm Lane", "city": "Bangor"}}).encode()
    return Asked("korea-policy", body, name)


def measured(origin: str, clients: int, seconds: float) -> tuple[float, float, float]:
    """Answers a second, and the times in ms that half and 99 of 100 took at most."""
    done = load.run(origin, anybody, clients=clients, seconds=seconds, token=TOKEN)
    if done.wrong:
        raise SystemExit(done.wrong[0])
    return len(done.seconds) / seconds, done.within(0.5), done.within(0.99)


def figures(what: str, origin: str, seconds: float) -> list[tuple[str, int, float, float, float]]:
    """Ask a server, each number of clients after a short time that does not count."""
    rows = []
    for clients in CLIENTS:
        measured(origin, clients, min(2, seconds))
        rows.append((what, clients, *measured(origin, clients, seconds)))
    return rows


@contextlib.contextmanager
def plain(folder: Path) -> Iterator[str]:
    """Run plain WeasyPrint behind the same server, as a process with others below it; gives its address."""
    (folder / "plain.py").write_text(PLAIN, encoding="utf-8")
    command = [sys.executable, str(folder / "plain.py"), *page_of(folder), str(PORT)]
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    process = subprocess.Popen(command, **quiet)
    origin = f"http://127.0.0.1:{PORT}"
    try:
        until = time.monotonic() + 60
        while True:
            try:
                one = anybody(random.Random(0))
                Connection(origin, TOKEN).ask(one.letter, one.body)
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
        yield origin
    finally:
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
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "content", folder / "project/content")
        with plain(folder) as origin:
            rows = figures("plain WeasyPrint", origin, seconds)
        with client.process(folder / "project", tokens=f"bench render {TOKEN}") as served:
            rows += figures("letterpress serve", served.origin, seconds)
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
