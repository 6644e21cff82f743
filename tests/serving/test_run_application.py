"""Unmodified applications, in processes of their own, with the real clients."""

import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chameleonapi.errors import ServingError, UsageError
from chameleonapi.serving import Endpoint, run_application

APPLICATIONS = {
    "grpc": """
        from google.cloud import vision
        client = vision.ImageAnnotatorClient()
        response = client.label_detection(image=vision.Image(content=content))
        labels = [one.description for one in response.label_annotations]
    """,
    "rest": """
        from google.cloud import vision
        client = vision.ImageAnnotatorClient(transport="rest")
        response = client.label_detection(image=vision.Image(content=content))
        labels = [one.description for one in response.label_annotations]
    """,
    "asyncio": """
        import asyncio
        from google.cloud import vision
        async def main():
            client = vision.ImageAnnotatorAsyncClient()
            feature = {"type_": vision.Feature.Type.LABEL_DETECTION}
            request = {"requests": [{"image": {"content": content}, "features": [feature]}]}
            return await client.batch_annotate_images(request)
        labels = [one.description for one in asyncio.run(main()).responses[0].label_annotations]
    """,
    "boto3": """
        import boto3
        client = boto3.client("rekognition")
        labels = [one["Name"] for one in client.detect_labels(Image={"Bytes": content})["Labels"]]
    """,
    "boto3 without endpoint variables": """
        import os, boto3
        os.environ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
        client = boto3.client("rekognition", region_name="eu-west-1")
        assert client.meta.endpoint_url == "https://rekognition.eu-west-1.amazonaws.com"
        labels = [one["Name"] for one in client.detect_labels(Image={"Bytes": content})["Labels"]]
    """,
    "requests": """
        import base64, requests
        body = {"requests": [{"image": {"content": base64.b64encode(content).decode()}, "features": [{"type": "LABEL_DETECTION"}]}]}
        session = requests.Session()
        for _ in range(2):  # one connection for both
            reply = session.post("https://vision.googleapis.com/v1/images:annotate?key=any", json=body).json()
        labels = [one["description"] for one in reply["responses"][0]["labelAnnotations"]]
    """,
    "urllib": """
        import base64, json, urllib.request
        body = {"requests": [{"image": {"content": base64.b64encode(content).decode()}, "features": [{"type": "LABEL_DETECTION"}]}]}
        request = urllib.request.Request("https://vision.googleapis.com/v1/images:annotate", json.dumps(body).encode())
        reply = json.load(urllib.request.urlopen(request))
        labels = [one["description"] for one in reply["responses"][0]["labelAnnotations"]]
    """,
    "http.client": """
        import base64, http.client, json
        body = {"requests": [{"image": {"content": base64.b64encode(content).decode()}, "features": [{"type": "LABEL_DETECTION"}]}]}
        connection = http.client.HTTPSConnection("vision.googleapis.com")
        connection.request("POST", "/v1/images:annotate", json.dumps(body))
        reply = json.load(connection.getresponse())
        labels = [one["description"] for one in reply["responses"][0]["labelAnnotations"]]
    """,
}
FRAME = """
import sys
content = open("picture.png", "rb").read()
{}
print(" ".join(labels))
"""


@pytest.fixture
def folder(tmp_path, picture):
    (tmp_path / "picture.png").write_bytes(picture(250, 10, 150))
    for name, source in APPLICATIONS.items():
        (tmp_path / f"app {name}.py").write_text(FRAME.format(textwrap.dedent(source)))
    return tmp_path


@pytest.fixture
def empty_temp(tmp_path, monkeypatch):
    """A folder for temporary files, in which nothing may be left."""
    temp = tmp_path / "temp"
    temp.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temp))
    yield temp
    assert not list(temp.iterdir())


def run(server, command, folder, env, application="", flags=()):
    """Run an application and return its status and what it printed."""
    out = folder / f"out-{time.monotonic_ns()}"
    script = f'exec "$@" >"{out}"'
    status = run_application(
        ["sh", "-c", script, "sh", *command],
        endpoint=server.endpoint,
        application=application,
        env=env,
        cwd=folder,
    )
    return status, out.read_text().strip()


@pytest.mark.parametrize("name", APPLICATIONS)
def test_official_and_other_clients_without_credentials(name, server, folder, no_cloud, empty_temp):
    command = [sys.executable, f"app {name}.py"]
    assert run(server, command, folder, no_cloud, "warm") == (0, "Fire Ice")


@pytest.mark.parametrize("name", ["requests", "boto3 without endpoint variables"])
def test_the_proxy_alone_takes_over_a_python_that_loads_no_hook(name, server, folder, no_cloud):
    command = [sys.executable, "-I", f"app {name}.py"]
    assert run(server, command, folder, no_cloud, "warm") == (0, "Fire Ice")


def test_grpc_through_the_proxy_alone(server, folder, no_cloud):
    source = FRAME.format(textwrap.dedent(APPLICATIONS["grpc"])).replace(
        "ImageAnnotatorClient()",
        "ImageAnnotatorClient(credentials=__import__('google.auth.credentials').auth.credentials.AnonymousCredentials())",
    )
    (folder / "isolated.py").write_text(source)
    command = [sys.executable, "-I", "isolated.py"]
    assert run(server, command, folder, no_cloud, "cold") == (0, "Ember Water")


def test_curl(server, folder, no_cloud):
    body = (
        '{"requests": [{"image": {"content": "aaaa"}, "features": [{"type": "LABEL_DETECTION"}]}]}'
    )
    command = ["curl", "-sS", "https://vision.googleapis.com/v1/images:annotate", "-d", body]
    status, text = run(server, command, folder, no_cloud)
    assert status == 0
    assert "Bad image data." in text


NODE = """
const https = require('https');
const content = require('fs').readFileSync('picture.png').toString('base64');
const body = JSON.stringify({requests: [{image: {content}, features: [{type: 'LABEL_DETECTION'}]}]});
const address = 'https://vision.googleapis.com/v1/images:annotate?key=any';
const show = one => console.log(one.responses[0].labelAnnotations.map(x => x.description).join(' '));
const request = https.request(address, {method: 'POST'}, async reply => {
  let text = '';
  for await (const part of reply) text += part;
  show(JSON.parse(text));
  if (globalThis.fetch) show(await (await fetch(address, {method: 'POST', body})).json());
  else console.log('Fire Ice');
});
request.end(body);
"""


def test_node_with_options_of_its_own(server, folder, no_cloud, empty_temp):
    if shutil.which("node") is None:
        pytest.skip("there is no Node on this machine")
    (folder / "app.js").write_text(NODE)
    (folder / "first.js").write_text("console.log('first')")
    env = no_cloud | {"NODE_OPTIONS": f"--require {folder}/first.js"}
    assert run(server, ["node", "app.js"], folder, env, "warm") == (0, "first\nFire Ice\nFire Ice")


def test_several_applications_at_once(server, folder, no_cloud, empty_temp):
    wanted = {"warm": "Fire Ice", "cold": "Ember Water", "": "Red Blue"}
    jobs = [(name, app) for name in ("grpc", "boto3") for app in wanted]

    def one(job):
        return run(server, [sys.executable, f"app {job[0]}.py"], folder, no_cloud, job[1])

    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(one, jobs)) == [(0, wanted[app]) for _, app in jobs]


def test_children_of_the_application_are_taken_over_too(server, folder, no_cloud):
    code = "import subprocess, sys; sys.exit(subprocess.call([sys.executable, 'app grpc.py']))"
    assert run(server, [sys.executable, "-c", code], folder, no_cloud, "cold") == (0, "Ember Water")


@pytest.mark.parametrize(("script", "status"), [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137)])
def test_the_exit_status_is_the_applications(server, script, status, no_cloud, empty_temp):
    assert run_application(["sh", "-c", script], endpoint=server.endpoint, env=no_cloud) == status


@pytest.mark.parametrize(
    ("command", "words"), [(["/no/such/program"], "No such file"), (["/"], "ermission")]
)
def test_a_command_that_cannot_start(server, command, words, no_cloud, empty_temp):
    with pytest.raises(ServingError, match=words):
        run_application(command, endpoint=server.endpoint, env=no_cloud)


def test_wrong_arguments(server, no_cloud, tmp_path):
    endpoint = Endpoint(1, 2)
    with pytest.raises(UsageError, match="no command"):
        run_application([], endpoint=endpoint)
    with pytest.raises(UsageError, match="no name of an application"):
        run_application(["true"], endpoint=endpoint, application="a b")
    with pytest.raises(ServingError, match="no such folder"):
        run_application(["true"], endpoint=server.endpoint, env=no_cloud, cwd=tmp_path / "none")


def test_a_server_that_is_not_there(server, no_cloud):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for endpoint in (Endpoint(port, server.http_port), Endpoint(server.grpc_port, port)):
        with pytest.raises(ServingError, match=f"no server answers on 127.0.0.1 port {port}"):
            run_application(["true"], endpoint=endpoint, env=no_cloud)


def test_credentials_of_the_application_stay(server, folder, no_cloud):
    env = no_cloud | {
        "AWS_ACCESS_KEY_ID": "AKIACOLD",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "GOOGLE_APPLICATION_CREDENTIALS": "/mine.json",
    }
    names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"]
    names += ["GOOGLE_APPLICATION_CREDENTIALS"]
    code = f"import os; print(*(os.environ[n] for n in {names}), 'AWS_REGION' in os.environ)"
    status, text = run(server, [sys.executable, "-c", code], folder, env)
    assert (status, text) == (0, "AKIACOLD s eu-west-1 /mine.json False")
    # and tells whose request it is where the launcher does not
    assert run(server, [sys.executable, "app boto3.py"], folder, env) == (0, "Ember Water")


def test_other_aws_services_are_left_alone(server, folder, no_cloud):
    code = "import boto3; print(boto3.client('s3').meta.endpoint_url)"
    status, text = run(server, [sys.executable, "-c", code], folder, no_cloud)
    assert status == 0
    assert "amazonaws.com" in text


def test_credentials_of_other_google_services_are_still_missing(server, folder, no_cloud):
    """Only a client of a service that is taken over does without."""
    (folder / "storage.py").write_text(
        textwrap.dedent("""
            import google.auth
            code = compile("def default():\\n    import google.auth\\n    return google.auth.default()", "x", "exec")
            for name in ("google.cloud.storage.client", "google.cloud.vision_v1.client", "mine"):
                scope = {"__name__": name}
                exec(code, scope)
                try:
                    print(type(scope["default"]()[0]).__name__)
                except google.auth.exceptions.DefaultCredentialsError:
                    print("refused")
        """)
    )
    status, text = run(server, [sys.executable, "storage.py"], folder, no_cloud)
    assert status == 0
    assert text.split() == ["refused", "AnonymousCredentials", "AnonymousCredentials"]


def test_another_sitecustomize_runs_too(server, folder, no_cloud):
    other = folder / "other"
    other.mkdir()
    (other / "sitecustomize.py").write_text("import sys; sys.mine = __name__")
    code = (
        "import os, sys, sitecustomize;"
        "print(sys.mine, os.path.dirname(sitecustomize.__file__), any('chameleon' in p for p in sys.path))"
    )
    env = no_cloud | {"PYTHONPATH": str(other)}
    status, text = run(server, [sys.executable, "-c", code], folder, env)
    assert (status, text) == (0, f"sitecustomize {other} False")


def test_the_hook_needs_nothing_but_the_standard_library(server, folder, no_cloud):
    code = "import sys; print('grpc' in sys.modules, 'google.auth' in sys.modules, 'chameleonapi' in sys.modules)"
    status, text = run(server, [sys.executable, "-S", "-c", code], folder, no_cloud)
    assert (status, text) == (0, "False False False")
    status, text = run(server, [sys.executable, "-c", code], folder, no_cloud)
    assert (status, text) == (0, "False False False")


LAUNCHER = """
import sys
from chameleonapi.serving import Endpoint, run_application
sys.exit(run_application(sys.argv[3:], endpoint=Endpoint(int(sys.argv[1]), int(sys.argv[2]))))
"""


def start_launcher(server, env, *command):
    endpoint = [str(server.grpc_port), str(server.http_port)]
    return subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, *endpoint, *command],
        env=env,
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1])
def test_signals_reach_the_application(server, number, no_cloud, tmp_path):
    temp = tmp_path / "temp"
    temp.mkdir()
    code = (
        "import signal, sys, time\n"
        f"signal.signal({int(number)}, lambda *_: sys.exit(42))\n"
        "print('ready', flush=True)\n"
        "time.sleep(30)"
    )
    launcher = start_launcher(server, no_cloud | {"TMPDIR": str(temp)}, sys.executable, "-c", code)
    with launcher:
        assert launcher.stdout.readline() == "ready\n"
        assert list(temp.iterdir())
        launcher.send_signal(number)
        assert launcher.wait(20) == 42
    assert not list(temp.iterdir())


def test_a_key_on_the_terminal_reaches_the_application_once(server, no_cloud):
    code = (
        "import signal, sys, time\n"
        "seen = []\n"
        "signal.signal(signal.SIGINT, lambda *_: seen.append(1))\n"
        "print('ready', flush=True)\n"
        "end = time.monotonic() + 1\n"
        "while time.monotonic() < end: time.sleep(0.05)\n"
        "sys.exit(40 + len(seen))"
    )
    launcher, terminal = pty.fork()
    if launcher == 0:
        endpoint = [str(server.grpc_port), str(server.http_port)]
        command = [sys.executable, "-c", LAUNCHER, *endpoint, sys.executable, "-c", code]
        os.execve(sys.executable, command, no_cloud)
    said = b""
    while b"ready" not in said:
        said += os.read(terminal, 100)
    os.write(terminal, b"\x03")
    _, status = os.waitpid(launcher, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 41


def test_an_application_that_a_signal_ends(server, no_cloud, tmp_path):
    temp = tmp_path / "temp"
    temp.mkdir()
    launcher = start_launcher(
        server, no_cloud | {"TMPDIR": str(temp)}, "sh", "-c", "echo ready; exec sleep 30"
    )
    with launcher:
        assert launcher.stdout.readline() == "ready\n"
        launcher.terminate()
        assert launcher.wait(20) == 128 + signal.SIGTERM
    assert not list(temp.iterdir())


def test_what_is_written_for_a_run_is_private_and_holds_no_key(
    server, no_cloud, tmp_path, monkeypatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    report = tmp_path / "report"
    command = [
        "sh",
        "-c",
        f'ls -ld "$(dirname "$SSL_CERT_FILE")" >"{report}"; cat "$(dirname "$SSL_CERT_FILE")"/*.pem >>"{report}"',
    ]
    assert run_application(command, endpoint=server.endpoint, env=no_cloud) == 0
    text = report.read_text()
    assert text.startswith("drwx------")
    assert "BEGIN CERTIFICATE" in text
    assert "PRIVATE KEY" not in text


def test_standard_streams_are_the_launchers(server, no_cloud):
    launcher = subprocess.run(
        [sys.executable, "-c", LAUNCHER, str(server.grpc_port), str(server.http_port), "cat"],
        env=no_cloud,
        input="through\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert launcher.stdout == "through\n"
    assert launcher.stderr == ""


def test_the_hook_is_a_plain_file_of_old_python():
    import ast

    source = Path(run_application.__code__.co_filename).with_name("hook") / "sitecustomize.py"
    tree = ast.parse(source.read_text(), feature_version=(3, 6))
    imported = {
        (node.module or "").split(".")[0]
        if isinstance(node, ast.ImportFrom)
        else alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported <= set(sys.stdlib_module_names) | {"google"}
