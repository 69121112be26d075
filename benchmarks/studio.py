"""How long a key takes to its fault and to its picture in the studio, and what a day of writing does to memory.

    make bench-studio [EDITS=1000]

The sample letter (two pages) is shown at 144 dpi, over HTTP as a page asks for it, once for each of many edits: the time
is from the request to the faults, and to the bytes of page 1's picture. What a browser adds (the key's event, decoding,
the next frame) is not in it.
"""

from __future__ import annotations

import http.client
import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from letterpress.processes.limits import memory_of
from letterpress.studio.server import Server

ROOT = Path(__file__).resolve().parents[1]
LETTER = "content/letters/korea-policy.md"


class Page:
    """A page that asks."""

    def __init__(self, server: Server) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        self.pictures = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        self.headers = {"Authorization": f"Bearer {server.access.token}", "Letterpress-Studio": "1"}

    def show(self, text: str, **more: Any) -> dict[str, float]:
        """Milliseconds to the first faults, to the pages, to the bytes of the picture and to the end."""
        body = json.dumps({"draft": {"path": LETTER, "text": text}, "tab": "bench", "dpi": 144, **more})
        begun = time.perf_counter()
        times: dict[str, float] = {}
        self.connection.request("POST", "/api/show", body, self.headers)
        answer = self.connection.getresponse()
        while line := answer.readline():
            news = json.loads(line)
            times.setdefault(news["kind"], 1000 * (time.perf_counter() - begun))
            if news["kind"] == "picture":
                self.pictures.request("GET", news["address"], headers=self.headers)
                self.pictures.getresponse().read()
                times["picture"] = 1000 * (time.perf_counter() - begun)
        return times


def _told(name: str, values: list[float]) -> None:
    values = sorted(values)
    p90 = values[min(len(values) - 1, int(0.9 * len(values)))]
    print(f"{name:34} median {statistics.median(values):6.0f} ms   p90 {p90:6.0f} ms   best {values[0]:6.0f} ms")


def _cpu(server: Server) -> float:
    """Seconds that the server and the worker of its pages have computed so far."""
    ticks = 0
    for pid in server.studio.pages.pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def main() -> int:
    edits = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    os.chdir(ROOT)
    text = (ROOT / LETTER).read_text(encoding="utf-8")
    begun = time.perf_counter()
    server = Server(ROOT)
    with server.served():
        print(f"the server answers after {time.perf_counter() - begun:.2f} s")
        page = Page(server)
        first = page.show(text)
        print(f"the first picture is there {time.perf_counter() - begun:.2f} s after the start")
        print(f"({first['picture']:.0f} ms after it was asked for)")
        faults, pictures, ends = [], [], []
        memory = []
        spent = _cpu(server)
        for number in range(edits):
            times = page.show(f"{text}\nA further sentence {'x' * (number % 40)}.\n")
            faults.append(times["faults"])
            pictures.append(times["picture"])
            ends.append(times["end"])
            if number in (20, edits - 1):
                memory.append([memory_of(os.getpid()), *map(memory_of, server.studio.pages.pids)])
        print(f"CPU time of an edit, server and worker: {1000 * (_cpu(server) - spent) / edits:.0f} ms")
        _told("key to fault", faults)
        _told("key to picture, 144 dpi", pictures)
        _told("key to places of values", ends)
        _told(
            "key to fault, where there is one",
            [page.show(f"{text}\n{{{{ fields.nothing }}}}\n")["faults"] for _ in range(30)],
        )
        (before, after) = memory[0], memory[-1]
        for name, one, other in zip(("server", "worker"), before, after, strict=False):
            print(f"memory of the {name}: {one / 1e6:.0f} MB after 20 edits, {other / 1e6:.0f} MB after {edits}")
        print(
            f"kept: {server.studio.pictures.size / 1e6:.0f} MB of pictures, {server.studio.pdfs.size / 1e6:.0f} MB of PDFs"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
