"""Unmodified applications with clients of many ages and kinds, each in an environment of its own.

What is said of each by ``chameleon doctor`` must be what happens. Nothing here reaches a provider:
a client that gets away ends with an error.
"""

import subprocess
import sys

import pytest

from chameleonapi.serving import run_application
from chameleonapi.serving.launcher.forecast import forecast_command

pytestmark = pytest.mark.slow
LABELS, SCORE, MOOD = "Fire Ice", "0.25", "POSITIVE"
IGNORING = {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}

APPLICATIONS = [
    ("vision 0.36.0", "vision_before_2.py", LABELS),
    ("vision 0.36.0", "language_before_2.py", SCORE),
    ("vision 1.0.2", "vision_before_2.py", LABELS),
    ("vision 1.0.2", "language_before_2.py", SCORE),
    ("vision 2.0.0", "vision_from_2.py", LABELS),
    ("vision 2.0.0", "language_from_2.py", SCORE),
    ("current", "vision_from_2.py", LABELS),
    ("current", "language_from_2.py", SCORE),
    ("boto3 1.12", "rekognition.py", LABELS),
    ("boto3 1.17", "comprehend.py", MOOD),
    ("current", "rekognition.py", LABELS),
    ("aioboto3", "rekognition_aio.py", LABELS),
    ("http of 2019", "by_requests.py", LABELS),
    ("http of 2019", "by_httplib2.py", LABELS),
    ("current", "by_discovery.py", LABELS),
    ("current", "by_requests.py", LABELS),
    ("current", "by_httpx.py", LABELS),
    ("current", "by_httpx_async.py", LABELS),
    ("current", "by_aiohttp.py", LABELS),
    ("current", "by_aiohttp_trust_env.py", LABELS),
    ("aiodns", "by_aiohttp_trust_env.py", LABELS),
    ("current", "by_urllib.py", LABELS),
    ("current", "by_urllib3.py", LABELS),
    ("current", "by_http_client.py", LABELS),
    ("current", "by_httplib2.py", LABELS),
    ("current", "by_pycurl.py", LABELS),
    ("gevent", "gevent_requests.py", LABELS),
    ("gevent", "gevent_urllib3.py", LABELS),
    ("gevent", "gevent_http_client.py", LABELS),
    ("gevent", "gevent_boto3.py", LABELS),
    ("gevent", "gevent_vision.py", LABELS),
    ("eventlet", "eventlet_requests.py", LABELS),
    ("eventlet", "eventlet_urllib3.py", LABELS),
    ("current", "forked.py", LABELS),
]
# What gets away, and must be said to.
ESCAPES = [
    ("aiodns", ["by_aiohttp.py"]),
    ("current", ["-I", "by_aiohttp.py"]),
    ("current", ["-I", "by_urllib3.py"]),
    ("current", ["-I", "by_pycurl.py"]),
]
NODE = [
    ("vision.cjs", LABELS),
    ("vision_rest.cjs", LABELS),
    ("vision.mjs", LABELS),
    ("language.cjs", SCORE),
    ("rekognition.cjs", LABELS),
    ("comprehend.cjs", MOOD),
    ("aws_v2.cjs", LABELS),
    ("fetch.cjs", LABELS),
    ("undici.cjs", LABELS),
    ("axios.cjs", LABELS),
    ("https.cjs", LABELS),
]
SERVERS = {
    "sync": ("current", "gunicorn -b unix:server.sock -w 2 flask_app:app"),
    "preload": ("current", "gunicorn -b unix:server.sock -k gthread --preload flask_app:app"),
    "gevent": ("gevent", "gunicorn -b unix:server.sock -k gevent flask_app:app"),
    "uvicorn": ("current", "uvicorn --uds server.sock asgi_app:app"),
    "workers": ("current", "uvicorn --uds server.sock --workers 2 asgi_app:app"),
}


def run(server, command, folder, env):
    """Run a command for at most two minutes; return its status and what it printed last."""
    words = ["sh", "-c", 'timeout 120 "$@" >out 2>&1', "sh", *command]
    status = run_application(
        words, endpoint=server.endpoint, application="warm", env=env, cwd=folder
    )
    text = (folder / "out").read_text()
    return status, (text.strip().splitlines() or [""])[-1], text


@pytest.mark.parametrize(("name", "script", "answer"), APPLICATIONS)
def test_python(name, script, answer, environment, whole_server, folder, no_cloud):
    command = [str(environment(name) / "python"), script]
    forecast = forecast_command(command, folder, no_cloud)
    assert forecast.verdict.value == "yes", forecast
    status, last, text = run(whole_server, command, folder, no_cloud)
    assert (status, last) == (0, answer), text


@pytest.mark.parametrize("name", ["aioboto3", "current"])
def test_aws_clients_without_endpoint_variables(name, environment, whole_server, folder, no_cloud):
    script = "rekognition_aio.py" if name == "aioboto3" else "rekognition.py"
    command = [str(environment(name) / "python"), script]
    assert forecast_command(command, folder, no_cloud | IGNORING).verdict.value == "yes"
    status, last, text = run(whole_server, command, folder, no_cloud | IGNORING)
    assert (status, last) == (0, LABELS), text


@pytest.mark.parametrize(("name", "words"), ESCAPES)
def test_what_gets_away_is_said_to(name, words, environment, whole_server, folder, no_cloud):
    command = [str(environment(name) / "python"), *words]
    assert forecast_command(command, folder, no_cloud).verdict.value == "no"
    assert run(whole_server, command, folder, no_cloud)[0] != 0


def test_processes_of_every_kind(environment, whole_server, folder, no_cloud):
    command = [str(environment("current") / "python"), "spawned.py"]
    status, _, text = run(whole_server, command, folder, no_cloud)
    assert (status, text.split("\n").count(LABELS)) == (0, 6), text


@pytest.mark.parametrize("kind", SERVERS)
def test_web_servers(kind, environment, whole_server, folder, no_cloud):
    name, line = SERVERS[kind]
    words = line.split()
    command = [str(environment(name) / words[0]), *words[1:]]
    forecast = forecast_command(command, folder, no_cloud)
    assert forecast.verdict.value == "yes", forecast
    _, _, text = run(whole_server, ["sh", "ask_server.sh", *command], folder, no_cloud)
    assert text.splitlines()[:2] == [LABELS, LABELS]


@pytest.mark.parametrize(("script", "answer"), NODE)
def test_node(script, answer, node_modules, whole_server, folder, no_cloud):
    (folder / "node_modules").symlink_to(node_modules)
    command = ["node", "--no-deprecation", script]
    forecast = forecast_command(command, folder, no_cloud)
    assert forecast.verdict.value == "yes", forecast
    status, last, text = run(whole_server, command, folder, no_cloud)
    assert (status, last) == (0, answer), text


def test_node_lets_other_services_miss_their_credentials(
    node_modules, whole_server, folder, no_cloud
):
    (folder / "node_modules").symlink_to(node_modules)
    source = "new (require('google-auth-library').GoogleAuth)({scopes: SCOPES}).getClient()"
    for scope, is_allowed in (("cloud-vision", True), ("devstorage.read_only", False)):
        scopes = f"['https://www.googleapis.com/auth/{scope}']"
        command = ["node", "-e", source.replace("SCOPES", scopes)]
        status, _, text = run(whole_server, command, folder, no_cloud)
        assert (status == 0) is is_allowed, text
        assert ("Could not load the default credentials" in text) is not is_allowed


def test_the_environments_are_apart_from_ours(environment, folder):
    done = subprocess.run(
        [environment("current") / "python", "-I", "-c", "import chameleonapi"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    assert done.returncode != 0
    assert sys.prefix not in str(environment("current"))
