"""Environments with clients of other ages and languages, made once and kept in a cache folder.

They lie in ``$CHAMELEON_CLIENTS``, else in ``~/.cache/chameleonapi/clients``. Remove a folder
there to make it anew. What cannot be installed skips its tests, and says why.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

APPLICATIONS = Path(__file__).with_name("applications")
# Versions of a time go together: each is what an application of that time would have installed.
PYTHON = {
    "current": [
        "google-cloud-vision>=3.7", "google-cloud-language>=2.13", "boto3>=1.34", "requests>=2.32",
        "google-api-python-client>=2.140", "httpx[http2]>=0.27", "aiohttp>=3.9", "urllib3>=2",
        "pycurl>=7.45.3", "gunicorn>=22", "uvicorn>=0.30", "flask>=3",
    ],
    "gevent": [
        "gevent>=24", "packaging", "gunicorn>=22", "flask>=3", "requests>=2.32", "boto3>=1.34",
        "google-cloud-vision>=3.7",
    ],
    "eventlet": ["eventlet>=0.36", "requests>=2.32"],
    "ray": ["ray[serve]>=2.40"],
    "schemathesis": ["schemathesis>=4"],
    "aioboto3": ["aioboto3>=13", "aiohttp>=3.9"],
    "aiodns": ["aiohttp>=3.9", "aiodns>=3"],
    "vision 2.0.0": ["google-cloud-vision==2.0.0", "google-cloud-language==2.0.0", "protobuf==3.20.3", "setuptools<81"],
    "vision 1.0.2": ["google-cloud-vision==1.0.2", "google-cloud-language==1.3.0", "protobuf==3.20.3", "setuptools<81"],
    "vision 0.36.0": ["google-cloud-vision==0.36.0", "google-cloud-language==1.1.1", "protobuf==3.20.3", "setuptools<81"],
    "boto3 1.12": ["boto3==1.12.0"],
    "boto3 1.17": ["boto3==1.17.0"],
    "http of 2019": ["requests==2.20.0", "httplib2==0.14.0"],
}  # fmt: skip
NODE = {
    "@google-cloud/vision": "^5.0.0",
    "@google-cloud/language": "^7.0.0",
    "@aws-sdk/client-rekognition": "^3.600.0",
    "@aws-sdk/client-comprehend": "^3.600.0",
    "aws-sdk": "^2.1600.0",
    "axios": "^1.7.0",
    "undici": "^6.0.0",
}
_SECONDS = 600


# Asked for now: tests take variables away, and put another home in the place of this one.
CACHE = Path(os.environ.get("CHAMELEON_CLIENTS") or Path.home() / ".cache/chameleonapi/clients")


def _made(name, key, build):
    """Return the folder of an environment, made under a lock if it is not there."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:12]
    folder = CACHE / f"{name.replace(' ', '-')}-{digest}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            try:
                build(folder)
            except subprocess.CalledProcessError as error:
                last = (error.stderr or "").strip().splitlines()[-1:] or ["no reason given"]
                pytest.skip(f"the environment {name!r} cannot be made here: {last[0][:200]}")
            except (OSError, subprocess.TimeoutExpired) as error:
                pytest.skip(f"the environment {name!r} cannot be made here: {error}"[:200])
            (folder / "complete").touch()
    return folder


def _run(command, folder):
    subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True, timeout=_SECONDS
    )


@pytest.fixture(scope="session")
def environment():
    """Return the folder of programs of an environment of Python, by its name."""

    def programs(name):
        wanted = PYTHON[name]

        def build(folder):
            _run([sys.executable, "-m", "venv", "."], folder)
            pip = ["bin/pip", "install", "--quiet", "--disable-pip-version-check"]
            _run([*pip, *wanted], folder)

        return _made(name, repr((wanted, sys.version_info[:2])), build) / "bin"

    return programs


@pytest.fixture(scope="session")
def node_modules():
    """Return a ``node_modules`` with the official clients and some others."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("there is no Node on this machine")

    def build(folder):
        (folder / "package.json").write_text(json.dumps({"private": True, "dependencies": NODE}))
        _run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"], folder)

    return _made("node", repr(NODE), build) / "node_modules"


@pytest.fixture
def folder(tmp_path, picture):
    """A folder with all applications and the picture that they look at."""
    shutil.copytree(APPLICATIONS, tmp_path / "app")
    (tmp_path / "app" / "picture.png").write_bytes(picture(250, 10, 150))
    return tmp_path / "app"
