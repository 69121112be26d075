"""Counts what the service does, for Prometheus. The one module that knows its client.

Not here: who may see it (routes/operation.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = CONTENT_TYPE_LATEST
_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The numbers of one service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        about: Any = {"registry": self.registry, "namespace": "letterpress"}
        self.requests = Counter("requests", "Requests that were answered.", ("route", "method", "status"), **about)
        self.seconds = Histogram(
            "request_seconds", "Seconds to the answer's head.", ("route",), buckets=_BUCKETS, **about
        )
        self.letters = Counter("letters", "Letters that were asked for.", ("status", "made"), **about)
        self.job_letters = Counter("job_letters", "Letters of jobs.", ("status",), **about)
        self.jobs = Counter("jobs", "Jobs that have ended.", ("state",), **about)
        self.webhooks = Counter("webhooks", "Messages to webhooks.", ("outcome",), **about)
        self._gauges = about

    def watch(self, name: str, what: str, value: Callable[[], float]) -> None:
        """Show a number that is looked up when somebody asks."""
        Gauge(name, what, **self._gauges).set_function(value)

    def text(self) -> bytes:
        """Give all numbers, as Prometheus reads them."""
        return generate_latest(self.registry)
