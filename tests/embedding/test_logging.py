"""The host of the library: what it has set stays as it is, and what it has set changes no letter."""

from __future__ import annotations

import logging
import logging.config
from collections.abc import Callable, Iterator

import pytest

from tests.support.project import Project

QUIET: dict[str, Callable[[], object]] = {
    "dictConfig": lambda: logging.config.dictConfig({"version": 1}),
    "disable": lambda: logging.disable(logging.CRITICAL),
    "level": lambda: logging.getLogger("weasyprint").setLevel(logging.CRITICAL + 1),
    "filter": lambda: logging.getLogger("weasyprint").addFilter(lambda _: False),
    "no threads": lambda: setattr(logging, "logThreads", False),
    "disabled": lambda: setattr(logging.getLogger("weasyprint"), "disabled", True),
}


@pytest.fixture
def host_logging() -> Iterator[None]:
    """Whatever a test does to logging is undone."""
    root = logging.root
    logging.getLogger("weasyprint")  # else it would come after the look at what there is
    loggers = [root, *(item for item in root.manager.loggerDict.values() if isinstance(item, logging.Logger))]
    states = [(one, one.level, one.disabled, list(one.handlers), list(one.filters)) for one in loggers]
    yield
    logging.disable(logging.NOTSET)
    logging.logThreads = True
    for one, level, disabled, handlers, filters in states:
        one.setLevel(level)
        one.disabled, one.handlers, one.filters = disabled, handlers, filters


@pytest.mark.usefixtures("host_logging")
@pytest.mark.parametrize("name", QUIET)
def test_what_the_layout_logs_is_a_fault_whatever_the_host_does_to_logging(project: Project, name: str) -> None:
    letterhead = project.letterhead("own", css="p { colour: red }\n")
    project.press(front="letterhead: plain\nlang: en-US\n")  # the engine is there, and with it its loggers
    QUIET[name]()
    weasyprint = logging.getLogger("weasyprint")
    before = logging.root.manager.disable, weasyprint.level, weasyprint.disabled, set(vars(weasyprint))
    result = project.press(front=f"letterhead: {letterhead}\nlang: en-US\n")
    assert result.pdf is None
    assert "colour" in result.diagnostics[0].message
    assert (logging.root.manager.disable, weasyprint.level, weasyprint.disabled, set(vars(weasyprint))) == before


@pytest.mark.usefixtures("host_logging")
def test_the_host_hears_what_it_wants_to_hear(project: Project) -> None:
    heard: list[str] = []

    class Host(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    logging.getLogger("weasyprint").addHandler(Host(logging.WARNING))
    letterhead = project.letterhead("own", css="p { colour: blue }\n")
    project.press(front=f"letterhead: {letterhead}\nlang: en-US\n")
    assert len([text for text in heard if "colour" in text]) == 1
