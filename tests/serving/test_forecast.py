"""What becomes of an application under the launcher: told from its sources, and judged by running."""

import json
import os
import sys
import textwrap

import pytest

from chameleonapi.errors import UsageError
from chameleonapi.serving import run_application
from chameleonapi.serving.launcher.forecast import Verdict, forecast_command
from chameleonapi.serving.launcher.forecast.installed import installed_packages

POST = """
import base64
content = base64.b64encode(open("picture.png", "rb").read()).decode()
body = {"requests": [{"image": {"content": content}, "features": [{"type": "LABEL_DETECTION"}]}]}
url = "https://vision.googleapis.com/v1/images:annotate?key=any"
"""
# What is said of each must be what happens: a failure to be taken over ends in an exception,
# because the test machine reaches no provider, and no client is asked to trust everything.
APPLICATIONS = {
    "requests": ("import requests\nassert requests.post(url, json=body).ok", "yes"),
    "requests without environment": (
        "import requests\ns = requests.Session()\ns.trust_env = False\nassert s.post(url, json=body).ok",
        "no",
    ),
    "requests with roots of its own": (
        "import requests, certifi\nassert requests.post(url, json=body, verify=certifi.where()).ok",
        "no",
    ),
    "urllib3": (
        "import urllib3\nassert urllib3.PoolManager().request('POST', url, json=body).status == 200",
        "yes",
    ),
    "urllib3 with roots of its own": (
        "import urllib3, certifi as c\nassert urllib3.PoolManager(ca_certs=c.where()).request('POST', url, json=body)",
        "no",
    ),
    "discovery": (
        """
from googleapiclient.discovery import build
service = build('vision', 'v1', developerKey='any', static_discovery=True)
assert service.images().annotate(body=body).execute()['responses']
""",
        "yes",
    ),
    "httplib2": (
        "import httplib2, json\nassert httplib2.Http().request(url, 'POST', json.dumps(body))",
        "yes",
    ),
    "boto3": (
        """
import boto3
boto3.client('rekognition').detect_labels(Image={'Bytes': open('picture.png', 'rb').read()})
""",
        "yes",
    ),
}
RUNS = [(name, ()) for name in APPLICATIONS] + [("urllib3", ("-I",)), ("boto3", ("-I",))]


@pytest.mark.parametrize(("name", "flags"), RUNS)
def test_what_is_said_is_what_happens(name, flags, server, tmp_path, picture, no_cloud):
    source, said = APPLICATIONS[name]
    if (name, flags) == ("urllib3", ("-I",)):
        said = "no"
    (tmp_path / "picture.png").write_bytes(picture(250, 10, 150))
    (tmp_path / "app.py").write_text(POST + source)
    command = [sys.executable, *flags, "app.py"]
    forecast = forecast_command(command, tmp_path, no_cloud)
    assert forecast.verdict.value == said, forecast
    quiet = ["sh", "-c", 'exec "$@" >out 2>&1', "sh", *command]
    status = run_application(quiet, endpoint=server.endpoint, env=no_cloud, cwd=tmp_path)
    assert (status == 0) is (said == "yes"), (tmp_path / "out").read_text()


def judged(tmp_path, source, command=("python", "app.py"), env=None, **files):
    (tmp_path / "app.py").write_text(textwrap.dedent(source))
    for name, content in files.items():
        path = tmp_path / name.replace("__", "/")
        path.parent.mkdir(exist_ok=True)
        path.with_suffix(".py").write_text(textwrap.dedent(content))
    forecast = forecast_command(list(command), tmp_path, {"PATH": os.defpath, **(env or {})})
    found = {one.client: one for one in forecast.findings}
    assert len(found) == len(forecast.findings)
    return found


@pytest.fixture
def packages(tmp_path):
    """An environment without an interpreter, with packages that are names only."""

    def install(**versions):
        folder = tmp_path / "packages"
        folder.mkdir(exist_ok=True)
        for name, version in versions.items():
            (folder / f"{name}-{version}.dist-info").mkdir()
        return {"PYTHONPATH": str(folder)}

    return install


def test_google_clients_over_grpc_and_rest(tmp_path, packages):
    env = packages(google_cloud_vision="3.7.0", google_cloud_language="2.13")
    found = judged(
        tmp_path,
        """
        from google.cloud import vision, language_v1
        client = vision.ImageAnnotatorClient()
        """,
        env=env,
    )
    assert found["google-cloud-vision (gRPC)"].version == "3.7.0"
    assert found["google-cloud-vision (gRPC)"].place == "app.py:2"
    assert {one.verdict for one in found.values()} == {Verdict.YES}
    assert set(found) == {"google-cloud-vision (gRPC)", "google-cloud-language (gRPC)"}
    found = judged(tmp_path, "from google.cloud import vision as v\nv.C(transport='rest')\n")
    assert set(found) == {"google-cloud-vision (REST)"}


@pytest.mark.parametrize("flags", [["-I"], ["-E"], ["-S"], ["-sE"], ["-W", "error", "-I"]])
def test_a_google_client_that_loads_no_hook_needs_credentials(tmp_path, flags):
    found = judged(tmp_path, "import google.cloud.vision\n", ["python3", *flags, "app.py"])
    assert found["google-cloud-vision"].verdict is Verdict.DEPENDS
    assert "credentials" in found["google-cloud-vision"].remark


@pytest.mark.parametrize(
    ("version", "env", "means"),
    [
        ("1.31.0", {}, "the AWS endpoint variables"),
        ("1.30.9", {}, "the local proxy"),
        ("1.40.0", {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, "the local proxy"),
    ],
)
def test_old_and_new_boto3(tmp_path, packages, version, env, means):
    source = "import boto3\nclient = boto3.client(service_name='comprehend')\n"
    found = judged(tmp_path, source, env=packages(botocore=version) | env)
    assert found["boto3 (comprehend)"].means == means
    assert found["boto3 (comprehend)"].verdict is Verdict.YES


def test_other_services_and_fixed_addresses(tmp_path):
    found = judged(tmp_path, "import boto3\nboto3.client('s3')\n")
    assert found["boto3"].verdict is Verdict.UNUSED
    found = judged(tmp_path, "import boto3\nboto3.client('rekognition', endpoint_url=U)\n")
    assert found["boto3 (rekognition)"].verdict is Verdict.DEPENDS
    found = judged(tmp_path, "import requests\nrequests.get('https://example.com')\n")
    assert found["requests"].verdict is Verdict.UNUSED


AIOHTTP = """
import aiohttp
URL = "https://language.googleapis.com/v1/documents:analyzeSentiment"
session = aiohttp.ClientSession({})
"""


def test_aiohttp_with_and_without_aiodns(tmp_path, packages):
    """As seen with aiohttp 3.14 and aiodns 4.0."""
    assert judged(tmp_path, AIOHTTP.format(""))["aiohttp"].verdict is Verdict.YES
    env = packages(aiodns="4.0.4")
    found = judged(tmp_path, AIOHTTP.format(""), env=env)["aiohttp"]
    assert found.verdict is Verdict.NO
    assert "trust_env=True" in found.remedy
    found = judged(tmp_path, AIOHTTP.format("trust_env=True"), env=env)["aiohttp"]
    assert (found.verdict, found.means) == (Verdict.YES, "the local proxy")


def test_modules_of_the_application_are_read_and_no_others(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "stolen.py").write_text("import pycurl\nU = 'vision.googleapis.com'\n")
    root = tmp_path / "root"
    root.mkdir()
    (root / "stolen.py").symlink_to(outside / "stolen.py")
    found = judged(
        root,
        "from parts import one\nimport stolen\n",
        parts____init__="",
        parts__one="from . import two\n",
        parts__two="import httpx\nhttpx.post('https://vision.googleapis.com/v1')\n",
        unused="import requests\nU = 'https://vision.googleapis.com'\n",
    )
    assert set(found) == {"httpx"}
    assert found["httpx"].place == "parts/two.py:1"


@pytest.mark.parametrize(
    "command",
    [
        ["python", "-m", "web"],
        ["python3.11", "-u", "web.py"],
        ["gunicorn", "-w", "4", "web:app"],
        ["python", "-m", "gunicorn", "web:app"],
        ["uv", "run", "python", "web.py"],
        ["env", "A=b", "python", "web.py"],
        ["flask", "run"],
        ["python", "-c", "import web"],
        ["./start"],
    ],
)
def test_ways_to_start_an_application(tmp_path, command):
    start = tmp_path / "start"
    start.write_text("#!/usr/bin/env python3\nimport web\n")
    start.chmod(0o755)
    if command == ["./start"]:
        command = [str(start)]
    found = judged(tmp_path, "", command, web="from google.cloud import vision\n")
    assert [one.verdict for one in found.values()] == [Verdict.YES]


def test_nothing_of_the_application_runs(tmp_path):
    mark = tmp_path / "ran"
    (tmp_path / "sitecustomize.py").write_text(f"open({str(mark)!r}, 'w')\n")
    judged(tmp_path, f"open({str(mark)!r}, 'w')\nimport requests\n", [sys.executable, "app.py"])
    assert not mark.exists()


@pytest.mark.parametrize(
    "text", ["print 'Python 2'", "x = " + "(" * 5000, "\0", "def f(:\n", "\N{BOM}import requests"]
)
def test_sources_that_cannot_be_read_are_said_to_be(tmp_path, text):
    (tmp_path / "app.py").write_text(text)
    forecast = forecast_command(["python", "app.py"], tmp_path, {})
    assert forecast.verdict is Verdict.DEPENDS
    assert forecast.notes


def test_a_missing_script_and_an_unknown_program(tmp_path):
    assert forecast_command(["python", "gone.py"], tmp_path, {}).notes
    assert forecast_command(["./server"], tmp_path, {}).kind == "other"
    with pytest.raises(UsageError, match="no command"):
        forecast_command([], tmp_path, {})


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("https://vision.googleapis.com/v1/images:annotate -d x", Verdict.YES),
        ("--noproxy * https://vision.googleapis.com/v1/images:annotate", Verdict.NO),
        ("--cacert own.pem https://vision.googleapis.com/v1", Verdict.NO),
        ("https://example.com", Verdict.DEPENDS),
    ],
)
def test_curl(tmp_path, words, verdict):
    assert forecast_command(["curl", *words.split()], tmp_path, {}).verdict is verdict


NODE_APP = """
// const got = require('got');
const {ask} = require('./lib/ask');
import {RekognitionClient} from "@aws-sdk/client-rekognition";
ask();
"""
NODE_ASK = """
const axios = require('axios/dist/axios.js');
exports.ask = () => axios.post(`https://vision.googleapis.com/v1/images:annotate`);
"""


@pytest.fixture
def node_app(tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "app.js").write_text(NODE_APP)
    (tmp_path / "lib" / "ask.js").write_text(NODE_ASK)
    installed = tmp_path / "node_modules" / "@aws-sdk" / "client-rekognition"
    installed.mkdir(parents=True)
    (installed / "package.json").write_text('{"version": "3.900.0"}')
    (tmp_path / "package.json").write_text(
        json.dumps({"scripts": {"start": "node --trace-warnings app"}, "main": "app.js"})
    )
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        "node app.js",
        "node -r ./lib/ask app",
        "npm start",
        "npm run start",
        "env A=1 node",
        "node .",
    ],
)
def test_scripts_of_node_are_read(node_app, words):
    forecast = forecast_command(words.split(), node_app, {})
    assert [(one.client, one.version, one.place) for one in forecast.findings] == [
        ("@aws-sdk/client-rekognition", "3.900.0", "app.js:4"),
        ("axios", "", "lib/ask.js:2"),
    ]
    assert forecast.verdict is Verdict.YES, forecast


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("axios.post('https://vision.googleapis.com/v1', x, {ca: roots})", Verdict.DEPENDS),
        ("new RekognitionClient({endpoint: 'http://localhost'})", Verdict.DEPENDS),
        ("axios.get('https://example.com')", Verdict.DEPENDS),
        ("fetch('https://language.googleapis.com/v1/documents:analyzeSentiment')", Verdict.YES),
    ],
)
def test_what_a_script_of_node_says(tmp_path, text, verdict):
    imports = "const axios = require('axios');\n"
    if "Rekognition" in text:
        imports += "const {RekognitionClient} = require('@aws-sdk/client-rekognition');\n"
    (tmp_path / "app.js").write_text(imports + text)
    assert forecast_command(["node", "app.js"], tmp_path, {}).verdict is verdict


def test_without_a_script_package_json_is_asked(tmp_path):
    content = {"dependencies": {"@aws-sdk/client-rekognition": "^3.0.0", "left-pad": "1"}}
    (tmp_path / "package.json").write_text(json.dumps(content))
    forecast = forecast_command(["npx", "app"], tmp_path, {})
    assert [one.client for one in forecast.findings] == ["@aws-sdk/client-rekognition"]
    assert forecast.verdict is Verdict.DEPENDS
    assert "package.json" in forecast.notes[0]
    for text in ("[" * 100_000, "[]", '{"dependencies": [], "main": 3, "scripts": 1}'):
        (tmp_path / "package.json").write_text(text)
        assert not forecast_command(["node"], tmp_path, {}).findings


def test_a_node_that_is_given_other_options_is_not_promised(node_app):
    words = ["env", "NODE_OPTIONS=", "node", "app.js"]
    assert forecast_command(words, node_app, {}).verdict is Verdict.DEPENDS


def test_scripts_outside_the_folder_are_not_read(node_app):
    (node_app / "in").mkdir()
    (node_app / "in" / "app.js").write_text("require('../app.js'); require('axios')")
    forecast = forecast_command(["node", "app.js"], node_app / "in", {})
    assert forecast.files == 1


def test_packages_of_this_environment_are_found():
    import botocore
    import requests

    found = installed_packages(sys.executable, {})
    assert found["botocore"] == botocore.__version__
    assert found["requests"] == requests.__version__
