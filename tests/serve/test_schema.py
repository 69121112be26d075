"""Requests that the OpenAPI document allows, and others that it does not: no answer is another than it says."""

from __future__ import annotations

import pytest

from letterpress.serve.server import Server

EXAMPLES = 10
PARTS = 4
"""Tests that the operations are shared out to."""


@pytest.mark.parametrize("part", range(PARTS))
def test_every_operation_answers_as_the_document_says(part: int, server: Server) -> None:
    from tests.serve.requests_by_document import examine, operations  # here: loading it takes seconds

    every = list(operations(server.application.openapi()))
    assert len(every) > 20
    for operation in every[part::PARTS]:
        examine(operation, server.origin, EXAMPLES)
