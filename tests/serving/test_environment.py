from pathlib import Path

import pytest

from chameleonapi.serving.endpoint import Endpoint
from chameleonapi.serving.launcher import aws_environment
from chameleonapi.serving.launcher.aws_environment import missing_credentials, missing_region
from chameleonapi.serving.launcher.environment import (
    Takeover,
    application_environment,
    without_hosts,
)
from chameleonapi.serving.launcher.trust import trust_variables

HOSTS = ("vision.googleapis.com", "rekognition.us-east-1.amazonaws.com")


def environment(base, application="bins"):
    return application_environment(
        base,
        Takeover(
            endpoint=Endpoint(grpc_port=1, http_port=2),
            application=application,
            hosts=HOSTS,
            proxy_address="http://chameleon:pw@127.0.0.1:3",
            tls_port=4,
            hook_folder=Path("/hook"),
            trust={"SSL_CERT_FILE": "/roots"},
        ),
    )


@pytest.fixture(autouse=True)
def _elsewhere_than_amazon(monkeypatch, tmp_path):
    monkeypatch.setattr(aws_environment, "_VENDOR_FILE", tmp_path / "none")


def test_only_the_served_aws_services_are_led_here(tmp_path):
    env = environment({"HOME": str(tmp_path)})
    assert env["AWS_ENDPOINT_URL_REKOGNITION"] == "http://127.0.0.1:2/a/bins"
    assert env["AWS_ENDPOINT_URL_COMPREHEND"] == "http://127.0.0.1:2/a/bins"
    assert "AWS_ENDPOINT_URL" not in env
    assert (
        environment({"HOME": str(tmp_path)}, "")["AWS_ENDPOINT_URL_REKOGNITION"]
        == "http://127.0.0.1:2"
    )


def test_everything_else_stays(tmp_path):
    base = {"HOME": str(tmp_path), "HTTP_PROXY": "http://p:1", "PYTHONPATH": "/mine", "X": "1"}
    env = environment(base)
    assert {name: env[name] for name in ("HOME", "HTTP_PROXY", "X")} == {
        name: base[name] for name in ("HOME", "HTTP_PROXY", "X")
    }
    assert env["PYTHONPATH"] == "/hook:/mine"
    assert base["PYTHONPATH"] == "/mine"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        (".googleapis.com,corp.example", "corp.example"),
        ("*.googleapis.com", ""),
        ("googleapis.com:443, 10.0.0.0/8", "10.0.0.0/8"),
        ("*", ""),
        ("amazonaws.com", ""),
        ("Vision.GoogleAPIs.com", ""),
        ("apis.com,notvision.googleapis.com", "apis.com,notvision.googleapis.com"),
    ],
)
def test_no_proxy_must_not_hide_the_served_hosts(before, after):
    wanted = [part for part in (after, "localhost,127.0.0.1,::1") if part]
    assert without_hosts(before, HOSTS) == ",".join(wanted)


def test_this_machine_is_listed_once():
    assert without_hosts("127.0.0.1,localhost", HOSTS) == "127.0.0.1,localhost,::1"


def test_grpcs_own_variables_are_followed():
    env = environment(
        {"grpc_proxy": "http://p:1", "no_grpc_proxy": ".googleapis.com", "HOME": "/none"}
    )
    assert env["grpc_proxy"] == env["https_proxy"] == "http://chameleon:pw@127.0.0.1:3"
    assert "googleapis" not in env["no_grpc_proxy"]
    assert "grpc_proxy" not in environment({"HOME": "/none"})


@pytest.mark.parametrize(
    "base",
    [
        {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s"},
        {"AWS_PROFILE": "work"},
        {"AWS_WEB_IDENTITY_TOKEN_FILE": "/t"},
        {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://h"},
    ],
)
def test_existing_credentials_are_not_touched(base, tmp_path):
    base = {**base, "HOME": str(tmp_path)}
    assert missing_credentials(base) == {}
    env = environment(base)
    assert {name: env[name] for name in base} == base


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("credentials", "[default]\naws_access_key_id = AKIA\n"),
        ("config", "[profile x]\nsso_session = y\n"),
        ("config", "[default]\ncredential_process = /bin/x %s\n"),
    ],
)
def test_credentials_in_files_count(file, text, tmp_path):
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / file).write_text(text)
    assert missing_credentials({"HOME": str(tmp_path)}) == {}


def test_made_up_keys_only_where_there_are_none(tmp_path, monkeypatch):
    made_up = missing_credentials({"HOME": str(tmp_path)})
    assert "NOTREAL" in made_up["AWS_ACCESS_KEY_ID"]
    vendor = tmp_path / "vendor"
    vendor.write_text("Amazon EC2\n")
    monkeypatch.setattr(aws_environment, "_VENDOR_FILE", vendor)
    assert missing_credentials({"HOME": str(tmp_path)}) == {}


def test_a_damaged_settings_file_is_no_reason_to_fail(tmp_path):
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_bytes(b"\xff\xfe[[[")
    (tmp_path / ".aws" / "credentials").write_text("no section\n")
    assert missing_credentials({"HOME": str(tmp_path)})


def test_region(tmp_path):
    assert missing_region({"AWS_REGION": "eu-west-1", "HOME": str(tmp_path)}) == {}
    assert missing_region({"HOME": str(tmp_path)})["AWS_DEFAULT_REGION"] == "us-east-1"
    config = tmp_path / "config"
    config.write_text("[default]\nregion = eu-west-1\n")
    assert missing_region({"AWS_CONFIG_FILE": str(config), "HOME": str(tmp_path)}) == {}


PEM = b"-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"


def test_clients_trust_what_they_trusted_and_the_authority(tmp_path):
    own = tmp_path / "own.pem"
    own.write_bytes(PEM % b"OWN")
    variables = trust_variables({"REQUESTS_CA_BUNDLE": str(own)}, PEM % b"RUN", tmp_path)
    for name in ("REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE"):
        content = Path(variables[name]).read_bytes()
        assert content.count(b"BEGIN CERTIFICATE") == 2
        assert b"OWN" in content
        assert b"RUN" in content
    usual = Path(variables["SSL_CERT_FILE"]).read_bytes()
    assert usual.count(b"BEGIN CERTIFICATE") > 50
    assert b"OWN" not in usual
    assert b"RUN" in usual
    extra = Path(variables["NODE_EXTRA_CA_CERTS"]).read_bytes()
    assert extra.count(b"BEGIN CERTIFICATE") == 1


def test_a_folder_of_roots_is_read(tmp_path):
    roots = tmp_path / "roots"
    roots.mkdir()
    (roots / "a.0").write_bytes(PEM % b"ONE")
    (roots / "readme").write_bytes(b"no roots")
    variables = trust_variables({"CURL_CA_BUNDLE": str(roots)}, PEM % b"RUN", tmp_path)
    content = Path(variables["REQUESTS_CA_BUNDLE"]).read_bytes()
    assert content.count(b"BEGIN CERTIFICATE") == 2
    assert b"no roots" not in content
