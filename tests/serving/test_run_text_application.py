"""Unmodified applications that ask about texts, in processes of their own."""

import json
import shutil
import sys

import pytest

from chameleonapi.serving import run_application

APPLICATIONS = {
    "language over gRPC": """
        from google.cloud import language_v1
        client = language_v1.LanguageServiceClient()
        document = {"content": text, "type_": language_v1.Document.Type.PLAIN_TEXT}
        found = client.analyze_entities(request={"document": document, "encoding_type": "UTF16"})
        print([one.mentions[0].text.begin_offset for one in found.entities])
    """,
    "language v2 over REST": """
        from google.cloud import language_v2
        client = language_v2.LanguageServiceClient(transport="rest")
        document = language_v2.Document(content=text, type_="PLAIN_TEXT")
        found = client.analyze_entities(document=document, encoding_type="UTF16")
        print([one.mentions[0].text.begin_offset for one in found.entities])
    """,
    "discovery": """
        from googleapiclient.discovery import build
        service = build("language", "v1", developerKey="any", static_discovery=True)
        document = {"content": text, "type": "PLAIN_TEXT"}
        body = {"document": document, "encodingType": "UTF16"}
        found = service.documents().analyzeEntities(body=body).execute()
        print([one["mentions"][0]["text"]["beginOffset"] for one in found["entities"]])
    """,
    "comprehend": """
        import boto3
        client = boto3.client("comprehend", region_name="eu-central-1")
        found = client.detect_entities(Text=text, LanguageCode="en")
        print([one["BeginOffset"] + 1 for one in found["Entities"]])  # one dog is two units
    """,
}
FRAME = 'text = "\\N{DOG FACE} Ann met Bob."\n'


@pytest.mark.parametrize("name", APPLICATIONS)
def test_clients_without_credentials(name, whole_server, tmp_path, no_cloud):
    import textwrap

    if name == "discovery":
        pytest.importorskip("googleapiclient")
    (tmp_path / "app.py").write_text(FRAME + textwrap.dedent(APPLICATIONS[name]))
    out = tmp_path / "out"
    status = run_application(
        ["sh", "-c", f'"{sys.executable}" app.py > "{out}"'],
        endpoint=whole_server.endpoint,
        application="warm",
        env=no_cloud,
        cwd=tmp_path,
    )
    assert (status, out.read_text().strip()) == (0, "[3, 11]")


def test_curl(whole_server, tmp_path, no_cloud):
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    body = json.dumps({"document": {"content": "Ann.", "type": "PLAIN_TEXT"}})
    url = "https://language.googleapis.com/v1/documents:classifyText?key=any"
    out = tmp_path / "out"
    status = run_application(
        ["curl", "-sS", "-H", "content-type: application/json", "-d", body, "-o", str(out), url],
        endpoint=whole_server.endpoint,
        env=no_cloud,
    )
    assert status == 0
    assert json.loads(out.read_text())["categories"] == [{"name": "/Arts", "confidence": 0.75}]
