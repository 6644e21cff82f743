"""Units as the providers count them, and money only at prices that somebody gave."""

import base64
import contextlib
import http.client
import json

import pytest
import requests

from chameleonapi.apis import RoutedPredictor, api_ids
from chameleonapi.errors import UsageError
from chameleonapi.serving import AdminConfig, AdminToken, PriceList, ServerConfig, start_server
from chameleonapi.serving.operation.prices import units_of

SECRET = "correct-horse-battery"
LABELS, SENTIMENT = "google.vision.label_detection", "google.language.analyze_sentiment"
PRICES = PriceList({LABELS: 1.5, SENTIMENT: 1.0}, "a list of prices, <2026-11-22>", "EUR")


@pytest.mark.parametrize(
    ("api", "content", "units"),
    [
        (LABELS, bytes(5_000), 1),
        ("aws.rekognition.detect_faces", b"", 1),
        (SENTIMENT, b"a", 1),
        (SENTIMENT, b"a" * 1_000, 1),
        (SENTIMENT, b"a" * 1_001, 2),
        (SENTIMENT, "\N{PILE OF POO}".encode() * 1_000, 1),
        ("aws.comprehend.detect_sentiment", b"a", 3),
        ("aws.comprehend.detect_sentiment", b"a" * 301, 4),
        ("aws.comprehend.classify_document", b"a" * 1_000, 0),
    ],
)
def test_units(api, content, units):
    assert units_of(api, content) == units


def test_every_api_has_units():
    assert all(units_of(api, b"a") > 0 for api in api_ids() if "classify_document" not in api)


def test_money():
    assert PRICES.charged({LABELS: 2_000, SENTIMENT: 500}) == 3.5
    assert PRICES.charged({LABELS: 2_000, "aws.rekognition.detect_text": 7}) == 3.0
    assert PRICES.charged({"aws.rekognition.detect_text": 7}) is None
    assert PRICES.charged({}) is None
    assert PriceList().charged({LABELS: 1}) is None
    assert PriceList({LABELS: 0}, "free").charged({LABELS: 9}) == 0


@pytest.mark.parametrize(
    ("prices", "source", "words"),
    [
        ({"google.vision.labels": 1.0}, "x", "no price by units"),
        ({"aws.comprehend.classify_document": 1.0}, "x", "no price by units"),
        ({LABELS: -1.0}, "x", "from 0 on"),
        ({LABELS: float("nan")}, "x", "from 0 on"),
        ({LABELS: 1.0}, " ", "where they were found"),
    ],
)
def test_prices_that_are_refused(prices, source, words):
    with pytest.raises(UsageError, match=words):
        PriceList(prices, source)


def told(server, path):
    with contextlib.closing(
        http.client.HTTPConnection("127.0.0.1", server.admin_port, timeout=20)
    ) as connection:
        connection.request("GET", path, headers={"authorization": f"Bearer {SECRET}"})
        return connection.getresponse().read().decode()


def ask(server, picture):
    url = f"http://127.0.0.1:{server.http_port}"
    good = {"image": {"content": base64.b64encode(picture(9, 9, 250)).decode()}}
    bad = {"image": {"content": "aaaa"}}
    wanted = [{**one, "features": [{"type": "LABEL_DETECTION"}]} for one in (good, good, bad)]
    headers = {"x-chameleon-application": "warm"}
    for _ in range(2):
        body = {"requests": wanted}
        requests.post(f"{url}/v1/images:annotate", json=body, headers=headers, timeout=30)
    document = {"content": "Fine. " * 400, "type": "PLAIN_TEXT"}
    path = "/v1/documents:analyzeSentiment"
    assert requests.post(url + path, json={"document": document}, timeout=30).ok


@pytest.mark.parametrize("prices", [PRICES, PriceList()], ids=["prices", "none"])
def test_what_was_answered_is_told_with_and_without_prices(prices, make_predictor, book, picture):
    config = ServerConfig(admin=AdminConfig(AdminToken(SECRET), prices=prices))
    with start_server(RoutedPredictor([make_predictor(), book]), config) as server:
        assert "Nothing has been answered yet" in told(server, "/")
        ask(server, picture)
        applications = json.loads(told(server, "/applications"))["applications"]
        page, metrics = told(server, "/"), told(server, "/metrics")
    found = {one["name"]: (one["units"], one["saved"]) for one in applications}
    has_prices = bool(prices.per_thousand)
    # Two pictures of each call could be read; the third is no unit. The text has 2,400 letters.
    assert found["warm"] == ({LABELS: 4}, 0.006 if has_prices else None)
    assert found["generic"] == ({SENTIMENT: 3}, 0.003 if has_prices else None)
    assert f'chameleon_units_total{{api="{LABELS}",application="warm"}} 4.0' in metrics.replace(
        f'application="warm",api="{LABELS}"', f'api="{LABELS}",application="warm"'
    )
    if has_prices:
        assert "0.01 EUR" in page
        assert "a list of prices, &lt;2026-11-22&gt;" in page
    else:
        assert "No price was given, so no money is told" in page
        assert "EUR" not in page
