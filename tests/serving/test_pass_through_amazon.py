"""Requests to Amazon that go on to it: only what was signed for it, and as it was signed."""

import json
import sys
import textwrap

import boto3
import pytest
import requests
from botocore.config import Config

from chameleonapi.serving import ReplayPredictor, ServerConfig, run_application, start_server
from serving.passing_on import AWS_HOST, settings_for, url_of

SIGNED = """
import boto3, json, os
client = boto3.client("rekognition", region_name="eu-west-1")
answer = client.detect_faces(Image={"Bytes": open("picture.png", "rb").read()})
print(json.dumps(answer["FaceDetails"]))
"""


def test_amazon_gets_what_was_signed_for_it(provider, make_predictor, picture, tmp_path, no_cloud):
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    (tmp_path / "app.py").write_text(textwrap.dedent(SIGNED))
    (tmp_path / "picture.png").write_bytes(picture(1, 2, 3))
    record = tmp_path / "answers.jsonl"
    out = tmp_path / "out"
    env = no_cloud | {
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "AWS_ACCESS_KEY_ID": "AKIAUSER",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    config = ServerConfig(pass_through=settings_for(provider, record=record))
    with start_server(make_predictor(), config) as server:
        status = run_application(
            ["sh", "-c", f'"{sys.executable}" app.py > "{out}"'],
            endpoint=server.endpoint,
            env=env,
            cwd=tmp_path,
        )
    assert status == 0
    assert json.loads(out.read_text()) == [{"Confidence": 99.5}]
    ((path, headers, body),) = provider.requests
    lower = {name.lower(): value for name, value in headers.items()}
    assert lower["host"] == AWS_HOST
    # the signature holds for what reached the provider
    signed = lower["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    again = AWSRequest("POST", f"https://{AWS_HOST}{path}", data=body)
    for name in signed:
        again.headers[name] = lower[name]
    again.context["timestamp"] = lower["x-amz-date"]
    signer = SigV4Auth(Credentials("AKIAUSER", "secret"), "rekognition", "eu-west-1")
    signature = signer.signature(
        signer.string_to_sign(again, signer.canonical_request(again)), again
    )
    assert lower["authorization"].endswith(f"Signature={signature}")
    assert "AKIAUSER" not in record.read_text()
    with start_server(ReplayPredictor(record)) as server:
        client = boto3.client(
            "rekognition",
            region_name="eu-west-1",
            endpoint_url=url_of(server, ""),
            aws_access_key_id="A",
            aws_secret_access_key="s",
        )
        answer = client.detect_faces(Image={"Bytes": picture(1, 2, 3)}, Attributes=["ALL"])
        assert answer["FaceDetails"] == [{"Confidence": 99.5}]
        with pytest.raises(client.exceptions.ResourceNotFoundException, match="recorded"):
            client.detect_faces(Image={"Bytes": picture(3, 2, 1)})
        client.close()


def test_what_was_signed_for_us_is_refused(served, provider, picture):
    client = boto3.client(
        "rekognition",
        region_name="eu-west-1",
        endpoint_url=url_of(served, ""),
        aws_access_key_id="A",
        aws_secret_access_key="s",
        config=Config(retries={"max_attempts": 0}),
    )
    with pytest.raises(Exception, match=r"InvalidSignatureException.*not signed for the provider"):
        client.detect_faces(Image={"Bytes": picture(1, 2, 3)})
    client.close()
    assert provider.requests == []


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "MissingAuthenticationTokenException"),
        ({"authorization": "Bearer x"}, "MissingAuthenticationTokenException"),
        ({"service": "comprehend"}, "InvalidSignatureException"),
        ({"region": "us-east-1"}, "InvalidSignatureException"),
        ({"host": "rekognition.eu-west-1.amazonaws.com.evil.example"}, "InvalidSignatureException"),
        ({"host": "evil.example"}, "InvalidSignatureException"),
        ({"signed": "x-amz-date"}, "InvalidSignatureException"),
    ],
)
def test_requests_to_amazon_that_are_not_passed_on(served, provider, headers, code):
    if headers and "authorization" not in headers:
        scope = f"{headers.get('region', 'eu-west-1')}/{headers.get('service', 'rekognition')}"
        names = headers.get("signed", "host;x-amz-date")
        headers = {
            "host": headers.get("host", AWS_HOST),
            "authorization": f"AWS4-HMAC-SHA256 Credential=A/20260101/{scope}/aws4_request, "
            f"SignedHeaders={names}, Signature={'0' * 64}",
        }
    reply = requests.post(
        url_of(served, "/"),
        data=b"{}",
        headers={"x-amz-target": "RekognitionService.DetectFaces", **headers},
        timeout=20,
    )
    assert (reply.status_code, reply.json()["__type"]) == (400, code)
    assert provider.requests == []
