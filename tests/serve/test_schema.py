"""Requests that the OpenAPI document allows, and others that it does not: no answer is another than it says."""

from __future__ import annotations

from typing import Any

import pytest

from letterpress.serve.server import Server

EXAMPLES = 10
PARTS = 4
"""Tests that the operations are shared out to."""


@pytest.fixture(scope="module")
def every(server: Server) -> list[Any]:
    from tests.serve.requests_by_document import operations  # here: loading it takes a second

    return list(operations(server.application.openapi()))


@pytest.mark.parametrize("part", range(PARTS))
def test_every_operation_answers_as_the_document_says(part: int, every: list[Any], server: Server) -> None:
    from tests.serve.requests_by_document import examine

    assert len(every) > 20
    for operation in every[part::PARTS]:
        examine(operation, server.origin, EXAMPLES)


def test_the_document_says_how_many_files_a_request_may_have(server: Server) -> None:
    most = server.application.state.service.config.file.limits.files
    for path in ("/v1/letters/{letter}/render", "/v1/text/render"):
        body = server.application.openapi()["paths"][path]["post"]["requestBody"]["content"]["multipart/form-data"]
        assert body["schema"]["properties"]["enclosure"]["maxItems"] == most
