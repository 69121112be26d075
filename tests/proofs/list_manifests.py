"""Lists the manifests of a run in S3 without letterpress, and looks whether they hold each record once:

    python tests/proofs/list_manifests.py BUCKET PREFIX LETTERS

Each shard's archive is read as well: its letters are those of its manifest, with the same SHA-256. Exits 1 if not.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
import zipfile
from collections import Counter

import boto3


def main() -> int:
    bucket, prefix, letters = sys.argv[1], sys.argv[2], int(sys.argv[3])
    client = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{prefix}/shards/")
    names = [one["Key"] for page in pages for one in page.get("Contents", ())]
    seen: Counter[int] = Counter()
    wrong: list[str] = []
    bundles = set()
    for name in names:
        if not name.endswith(".json"):
            continue
        manifest = json.loads(client.get_object(Bucket=bucket, Key=name)["Body"].read())
        bundles.add(f"{prefix}/{manifest['bundle']}")
        content = client.get_object(Bucket=bucket, Key=f"{prefix}/{manifest['bundle']}")["Body"].read()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            held = {one: hashlib.sha256(archive.read(one)).hexdigest() for one in archive.namelist()}
        made = {one["output"]: one["sha256"] for one in manifest["letters"] if one["status"] == "done"}
        seen.update(one["seq"] for one in manifest["letters"])
        wrong += [name] if held != made else []
    left = {name for name in names if not name.endswith(".json")} - bundles
    once = sum(seen[number] == 1 for number in range(1, letters + 1))
    print(
        f"{once} of {letters} records once, {len(seen) - once} otherwise; {len(wrong)} archives wrong; {len(left)} files left"
    )
    return int(once != letters or len(seen) != letters or bool(wrong or left))


if __name__ == "__main__":
    sys.exit(main())
