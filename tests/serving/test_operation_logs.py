import io
import json
import logging
import sys

import pytest

from chameleonapi.serving import ServerConfig, configure_logs, start_server
from chameleonapi.serving.operation.traffic import OTHER, FinishedRequest, Histogram, Traffic


@pytest.fixture
def logs():
    written, handlers = io.StringIO(), []

    def begin(form, **more):
        handlers.append(configure_logs(form, stream=written, **more))
        return written

    yield begin
    for one in handlers:
        logging.getLogger().removeHandler(one)
    logging.getLogger("chameleonapi.serving.requests").setLevel(logging.NOTSET)


def fail():
    try:
        raise ValueError("the picture of Ada Lovelace")
    except ValueError:
        return sys.exc_info()


def test_json_has_no_text_of_an_exception_and_no_arguments_of_others(logs):
    written = logs("json")
    logging.getLogger("chameleonapi.serving").warning("ended with %s", "ValueError")
    logging.getLogger("uvicorn.error").error("failed on %s", "/v1?key=SECRET", exc_info=fail())
    logging.getLogger("asyncio").error("first line\nsecond SECRET")
    lines = [json.loads(one) for one in written.getvalue().splitlines()]
    assert [one["message"] for one in lines] == [
        "ended with ValueError",
        "failed on %s",
        "first line",
    ]
    assert lines[1]["exception"] == "ValueError"
    assert lines[0]["level"] == "warning"
    assert "T" in lines[0]["time"]
    for secret in ("SECRET", "Lovelace", "Traceback"):
        assert secret not in written.getvalue()


def test_text_is_one_line_without_secrets_too(logs):
    written = logs("text")
    logging.getLogger("uvicorn.error").error("failed on %s", "SECRET", exc_info=fail())
    assert written.getvalue() == "ERROR uvicorn.error: failed on %s exception=ValueError\n"


@pytest.mark.parametrize("form", ["json", "text"])
def test_requests_are_logged_without_content(logs, make_predictor, form):
    import requests

    written = logs(form, logs_requests=True)
    with start_server(make_predictor(), ServerConfig(logs_requests=True)) as server:
        requests.post(
            f"{server.endpoint.http_url}/v1/images:annotate?key=AIzaSECRET",
            json={"requests": [{"image": {"content": "U0VDUkVU"}}]},
            timeout=20,
        )
        requests.get(f"{server.endpoint.http_url}/made/up/SECRET", timeout=20)
    text = written.getvalue()
    assert "SECRET" not in text
    assert "U0VDUkVU" not in text
    lines = [one for one in text.splitlines() if "request" in one and "rest" in one]
    assert len(lines) == 2
    if form == "json":
        first = json.loads(lines[0])
        assert first["method"] == "google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages"
        assert (first["protocol"], first["application"]) == ("rest", "")
        assert json.loads(lines[1])["method"] == OTHER
        assert first["seconds"] > 0


def test_requests_are_not_logged_unless_wanted(logs, make_predictor):
    import requests

    written = logs("json")
    with start_server(make_predictor()) as server:
        requests.get(f"{server.endpoint.http_url}/nothing", timeout=20)
    assert written.getvalue() == ""


def test_names_that_are_counted_are_bounded():
    traffic = Traffic()
    traffic.know(tuple(f"a{number}" for number in range(5_000)))
    for number in range(6_000):
        traffic.finished(FinishedRequest("rest", "", f"a{number}", "OK", 0.1))
    names = {application for _, _, application, _ in traffic.requests}
    assert len(names) == 2_001
    assert OTHER in names
    assert sum(traffic.requests.values()) == 6_000


def test_quantiles_of_a_histogram():
    histogram = Histogram((1.0, 2.0, 4.0))
    for one in (0.5, 1.0, 1.5, 3.0, 9.0):
        histogram.add(one)
    assert histogram.counts == [2, 1, 1, 1]
    assert histogram.quantile(0.4) == 1.0
    assert histogram.quantile(0.8) == 4.0
    assert histogram.quantile(0.99) is None
    assert histogram.total == 15.0
