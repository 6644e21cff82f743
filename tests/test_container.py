"""The container files, read: nothing here can build or start one."""

import json
import re
from pathlib import Path

import pytest
import yaml

from chameleonapi.cli.main import make_parser
from chameleonapi.serving.launcher.hosts import AWS_SERVICES, GOOGLE_HOSTS
from chameleonapi.serving.launcher.trust import ROOTS_VARIABLES

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "container"


@pytest.fixture(scope="module")
def steps():
    """Instructions of the Dockerfile with their arguments."""
    text = (FOLDER / "Dockerfile").read_text()
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((FOLDER / "compose.yaml").read_text())


def last(steps, name):
    return [value for step, value in steps if step == name][-1]


def final_stage(steps):
    starts = [place for place, (step, _) in enumerate(steps) if step == "FROM"]
    return steps[starts[-1] :]


def test_the_image_runs_as_a_user_without_rights(steps):
    user = last(final_stage(steps), "USER")
    assert user.isdigit()
    assert int(user) > 999
    assert f"--uid {user}" in last(final_stage(steps), "RUN")
    after = [step for step, _ in final_stage(steps)]
    assert "RUN" not in after[after.index("USER") :]


def test_the_image_starts_our_server_with_options_that_exist(steps):
    words = json.loads(last(steps, "ENTRYPOINT")) + json.loads(last(steps, "CMD"))
    assert words[0] == "chameleon"
    options = make_parser().parse_args(words[1:])
    assert options.allow_remote
    assert options.hosts_port == 443
    ports = last(steps, "EXPOSE").split()
    assert ports == [str(options.hosts_port), str(options.http_port), str(options.grpc_port)]


def test_health_is_asked_on_the_port_that_is_served(steps):
    check = last(final_stage(steps), "HEALTHCHECK")
    words = json.loads(check[check.index("[") :])
    assert words[:2] == ["python", "-c"]
    compile(words[2], "healthcheck", "exec")
    options = make_parser().parse_args(["serve"])
    assert f"http://127.0.0.1:{options.http_port}/readyz" in words[2]


def test_what_is_copied_and_installed_exists(steps):
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    for step, value in steps:
        if step == "COPY" and not value.startswith("--from"):
            for one in value.split()[:-1]:
                assert (ROOT / one).exists(), one
                assert f"!{one}" in ignored
    project = (ROOT / "pyproject.toml").read_text()
    project = project[project.index("[project.optional-dependencies]") :].split("\n[")[0]
    runs = " ".join(value for step, value in steps if step == "RUN")
    extras = re.search(r"\.\[([a-z,]+)\]", runs)[1].split(",")
    assert set(extras) <= set(re.findall(r"^(\w+) = \[", project, re.MULTILINE))
    assert re.search(r'"(torch==[\d.]+)"', project)[1] in runs


def test_the_server_of_the_compose_file_is_locked_down(compose):
    server = compose["services"]["chameleon"]
    assert server["read_only"] is True
    assert server["cap_drop"] == ["ALL"]
    assert server["security_opt"] == ["no-new-privileges:true"]
    assert "ports" not in server  # whoever reaches it is served
    assert "privileged" not in server
    assert (FOLDER / server["build"]["context"] / server["build"]["dockerfile"]).is_file()
    options = make_parser().parse_args(["serve", *server["command"]])
    assert options.hosts_roots_file == Path("/roots/roots.pem")
    assert options.admin_port is None


def test_the_names_of_the_providers_lead_to_the_server(compose):
    aliases = compose["services"]["chameleon"]["networks"]["default"]["aliases"]
    assert tuple(aliases) == GOOGLE_HOSTS
    environment = compose["services"]["application"]["environment"]
    for service in AWS_SERVICES:
        assert environment[f"AWS_ENDPOINT_URL_{service.upper()}"] == "http://chameleon:8080"


def test_the_application_trusts_what_the_server_writes(compose):
    server, application = (compose["services"][one] for one in ("chameleon", "application"))
    environment = application["environment"]
    options = make_parser().parse_args(["serve", *server["command"]])
    for variable in (*ROOTS_VARIABLES, "NODE_EXTRA_CA_CERTS"):
        assert environment[variable] == str(options.hosts_roots_file)
    assert "roots:/roots" in server["volumes"]
    assert "roots:/roots:ro" in application["volumes"]
    assert application["depends_on"]["chameleon"]["condition"] == "service_healthy"
