"""A letter with data, a list as a job with its ZIP, one signed and verified, with the client that was generated."""

import json
import os
from io import BytesIO
from pathlib import Path

from letterpress_client import AuthenticatedClient
from letterpress_client.api.jobs import begin_job, job_results, job_zip
from letterpress_client.api.letters import render
from letterpress_client.api.signatures import sign, verify
from letterpress_client.models import BatchRequest, Problem, RenderRequest, SignFilesBody, SignRequest, VerifyFilesBody
from letterpress_client.types import File

asked = RenderRequest.from_dict({"data": {"name": "Ada Brook", "street": "4 Mill Lane", "city": "Bangor"}})
person = {"city": "Bangor", "occasion": "open day", "copies": 5, "price": "250.00", "due": "2026-04-30"}
records = BatchRequest.from_dict({"records": [{"name": f"Customer {at}", **person} for at in range(1, 11)]})

with AuthenticatedClient(os.environ["ORIGIN"], os.environ["TOKEN"], timeout=60) as client:
    letter = render.sync("korea-policy", client=client, body=asked)
    Path("python-letter.pdf").write_bytes(letter.payload.read())

    wrong = render.sync("offer", client=client, body=asked)
    assert isinstance(wrong, Problem)
    print(wrong.status, *(fault.field for fault in wrong.diagnostics))

    job = begin_job.sync("offer", client=client, body=records)
    results = job_results.sync(job.id, client=client, wait=True)
    Path("python-letters.zip").write_bytes(job_zip.sync(job.id, client=client).payload.read())
    print([json.loads(line)["status"] for line in results.splitlines()].count("done"), "letters")

    bridge = render.sync("bridge", client=client, body=RenderRequest())
    file = File(payload=bridge.payload, file_name="bridge.pdf", mime_type="application/pdf")
    signed = sign.sync(client=client, body=SignFilesBody(request=SignRequest(key="ada"), file=file))
    file = File(payload=BytesIO(signed.payload.read()), file_name="signed.pdf", mime_type="application/pdf")
    report = verify.sync(client=client, body=VerifyFilesBody(file=file))
    print(*(f"{one.signer}: {'valid' if one.valid else 'not valid'}" for one in report.signatures))
