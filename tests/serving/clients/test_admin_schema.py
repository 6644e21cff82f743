"""The administration does what its OpenAPI document says, judged by schemathesis."""

import subprocess

import pytest

from chameleonapi.serving import AdminConfig, AdminToken, ServerConfig, start_server

pytestmark = pytest.mark.slow
SECRET = "correct-horse-battery"


def test_the_administration_keeps_to_its_description(environment, make_predictor, folder):
    config = ServerConfig(admin=AdminConfig(AdminToken(SECRET)))
    with start_server(make_predictor(), config) as server:
        url = f"http://127.0.0.1:{server.admin_port}/openapi.json"
        command = [environment("schemathesis") / "st", "run", url, "--no-color"]
        command += ["-H", f"Authorization: Bearer {SECRET}", "--max-examples", "50"]
        done = subprocess.run(
            [*command, "--continue-on-failure"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    assert done.returncode == 0, done.stdout
    assert "Tested: 9" in done.stdout
