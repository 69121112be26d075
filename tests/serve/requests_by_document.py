"""Sends requests that an OpenAPI document allows, and others that it does not, and looks at each answer.

Not here: how many (test_schema.py, tests/proofs/service.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from tests.serve.client import ADMIN


class Bearer:
    """Signs requests with a token, and knows that it does: requests without are sent as well."""

    def get(self, *_: object) -> str:
        return ADMIN

    def set(self, case: Any, token: str, *_: object) -> None:
        case.headers["Authorization"] = f"Bearer {token}"


def operations(document: dict[str, Any]) -> Iterator[Any]:
    config = SchemathesisConfig.from_dict(
        {"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "401", "403", "404", "409", "422"]}}}
    )  # 422: a request that is one, of a letter or file that has faults
    schema = schemathesis.openapi.from_dict(document, config=config)
    schema.auth()(Bearer)
    for result in schema.get_all_operations():
        yield result.ok()


def examine(operation: Any, base: str, examples: int) -> None:
    """Send so many requests of an operation: half of them good, and half in some way not."""
    if not (operation.body or operation.path_parameters or operation.query or operation.headers):
        examples = min(examples, 2)  # each request is the same
    for mode in GenerationMode:
        try:
            _send(operation, base, mode, max(1, examples // 2))
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE


def _send(operation: Any, base: str, mode: GenerationMode, examples: int) -> None:
    strategy = operation.as_strategy(generation_mode=mode, auth_storage=operation.schema.auth)

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def sent(case: Any) -> None:
        case.call_and_validate(base_url=base)

    sent()
