"""``chameleon serve`` with its administration, as a process of its own."""

import json
import os
import signal
import subprocess
import sys

import pytest
import requests

from chameleonapi.serving.recording import Recorder
from chameleonapi.serving.wire.ask import Ask


@pytest.fixture
def command(tmp_path):
    recorder = Recorder(tmp_path / "answers.jsonl")
    recorder.add(
        Ask("google.language.analyze_sentiment", b"x"), {"documentSentiment": {"score": 0.5}}
    )
    recorder.close()
    base = [sys.executable, "-m", "chameleonapi", "serve", "--json"]
    files = ["--replay", tmp_path / "answers.jsonl", "--models", tmp_path / "none"]
    return [*base, *files, "--http-port", "0", "--grpc-port", "0"]


def test_metrics_of_a_process(command, tmp_path):
    token_file = tmp_path / "token"
    roots = tmp_path / "roots.pem"
    hosts = ["--hosts-port", "0", "--hosts-roots-file", roots]
    more = [*hosts, "--admin-port", "0", "--admin-token-file", token_file, "--log-format", "json"]
    with subprocess.Popen(
        [*command, *more, "--log-requests"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    ) as process:
        try:
            head = "".join(process.stdout.readline() for _ in range(6))
            where = json.loads(head)
            admin = f"http://127.0.0.1:{where['admin_port']}"
            assert where["hosts_port"]
            assert "BEGIN CERTIFICATE" in roots.read_text()
            token = token_file.read_text().strip()
            document = {"document": {"content": "x", "type": "PLAIN_TEXT"}}
            for _ in range(2):
                requests.post(
                    f"http://127.0.0.1:{where['http_port']}/v1/documents:analyzeSentiment",
                    json=document,
                    timeout=20,
                ).raise_for_status()
            assert requests.get(f"{admin}/metrics", timeout=20).status_code == 401
            reply = requests.get(f"{admin}/metrics", auth=("me", token), timeout=20)
            method = 'method="google.cloud.language.v1.LanguageService/AnalyzeSentiment"'
            assert [one for one in reply.text.splitlines() if method in one and "2.0" in one]
        finally:
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=60)
        assert process.returncode == 0
    logged = [json.loads(one) for one in errors.splitlines() if one.startswith("{")]
    assert [one["code"] for one in logged if one["message"] == "request"] == ["OK", "OK"]
    assert token not in errors


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--hosts-port", "0"], "hosts mode needs both"),
        (["--hosts-roots-file", "TOKEN"], "hosts mode needs both"),
        (["--admin-port", "0"], "needs --admin-token-file"),
        (["--admin-token-file", "TOKEN"], "needs --admin-port"),
        (
            ["--admin-port", "0", "--admin-token-file", "TOKEN", "--admin-host", "0.0.0.0"],
            "other machines",
        ),
    ],
)
def test_options_that_do_not_fit_together(command, tmp_path, options, message):
    options = [one.replace("TOKEN", str(tmp_path / "token")) for one in options]
    done = subprocess.run(
        [*command, *options], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert message in done.stderr
