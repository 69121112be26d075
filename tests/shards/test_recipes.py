"""The recipes of the documentation: what an engine would refuse is refused here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.support import needs

DEPLOY = Path(__file__).resolve().parents[2] / "docs/deploy"


def test_the_job_is_one_that_kubernetes_takes() -> None:
    needs.package("kubernetes_validate", "kubernetes-validate")
    import kubernetes_validate
    import yaml

    job: dict[str, Any] = yaml.safe_load((DEPLOY / "shards-job.yaml").read_text(encoding="utf-8"))
    kubernetes_validate.validate(job, "1.33", strict=True)
    spec = job["spec"]
    container = spec["template"]["spec"]["containers"][0]
    assert spec["completionMode"] == "Indexed"
    assert spec["podFailurePolicy"]["rules"][0]["onExitCodes"]["containerName"] == container["name"]
    assert container["command"][:2] == ["letterpress", "shard"]
    assert "--index" not in container["command"]
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    assert mounted == {volume["name"] for volume in spec["template"]["spec"]["volumes"]}


def test_the_array_job_is_within_what_aws_batch_takes() -> None:
    """Source: AWS Batch API reference, SubmitJob."""
    job = json.loads((DEPLOY / "shards-batch.json").read_text(encoding="utf-8"))
    assert 2 <= job["arrayProperties"]["size"] <= 10_000
    assert 1 <= job["retryStrategy"]["attempts"] <= 10
    assert len(job["retryStrategy"]["evaluateOnExit"]) <= 5
    assert all(rule["action"] in ("EXIT", "RETRY") for rule in job["retryStrategy"]["evaluateOnExit"])
    assert job["containerOverrides"]["command"][:2] == ["letterpress", "shard"]
    assert {one["type"] for one in job["containerOverrides"]["resourceRequirements"]} == {"VCPU", "MEMORY"}
