"""``chameleon serve`` with recordings and the provider, as a process of its own."""

import json
import os
import signal
import subprocess
import sys

import pytest
import requests

from chameleonapi.cli import serve
from chameleonapi.cli.main import make_parser
from chameleonapi.errors import UsageError
from chameleonapi.serving import PassThrough
from chameleonapi.serving.recording import Recorder
from chameleonapi.serving.wire.ask import Ask

TEXT = "All is well."


@pytest.fixture
def recording(tmp_path):
    file = tmp_path / "answers.jsonl"
    recorder = Recorder(file)
    answer = {"documentSentiment": {"score": 0.5}, "language": "en"}
    recorder.add(Ask("google.language.analyze_sentiment", TEXT.encode()), answer)
    recorder.close()
    return file


def start(*arguments):
    command = [sys.executable, "-m", "chameleonapi", "serve", "--json", "--http-port", "0"]
    return subprocess.Popen(
        [*command, "--grpc-port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )


def test_a_recording_is_served_without_any_model(recording, tmp_path):
    with start(
        "--models", str(tmp_path / "none"), "--app", "mood", "--replay", str(recording)
    ) as process:
        where = json.loads("".join(process.stdout.readline() for _ in range(4)))
        reply = requests.post(
            f"http://127.0.0.1:{where['http_port']}/v1/documents:analyzeSentiment",
            json={"document": {"type": "PLAIN_TEXT", "content": TEXT}},
            headers={"x-chameleon-application": "mood"},
            timeout=30,
        )
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert reply.json() == {"documentSentiment": {"score": 0.5}, "language": "en"}
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--record", "x"], "needs --pass-through"),
        (["--upstream", "a=https://b"], "needs --pass-through"),
        (["--pass-through", "all", "--upstream", "https://b"], "HOST=URL"),
        (["--shadow", "x"], "need each other"),
        (["--shadow", "x", "--decision", "y"], "NAME=FILE"),
        (["--pass-through", "all", "--upstream", "a=http://192.0.2.1"], "https"),
    ],
)
def test_options_that_do_not_go_together(arguments, words):
    options = make_parser().parse_args(["serve", *arguments])
    with pytest.raises(UsageError, match=words):
        serve.settings(options)


def test_options_become_settings(recording, tmp_path):
    arguments = ["--pass-through", "generic", "--record", "r", "--upstream", "a=https://b/c"]
    made = serve.settings(make_parser().parse_args(["serve", *arguments]))
    assert made.pass_through == PassThrough("generic", record="r", addresses={"a": "https://b/c"})
    assert made.shadow is None
    made = serve.settings(make_parser().parse_args(["serve"]))
    assert (made.pass_through, made.http_port, made.grpc_port) == (None, 8080, 8081)
