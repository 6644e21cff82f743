"""The same applications, answered by replicas in a local Ray cluster."""

import builtins
import os
import subprocess
import sysconfig
from pathlib import Path

import pytest

import chameleonapi
from chameleonapi.errors import MissingPackageError, UsageError
from chameleonapi.serving.ray_replicas import deploy_on_ray

PROGRAM = Path(__file__).with_name("ray_program.py")


@pytest.mark.slow
def test_replicas_answer_for_one_server(environment, tmp_path):
    # Ray's own environment, with our packages before it.
    ours = [str(Path(chameleonapi.__file__).parents[1]), sysconfig.get_path("purelib")]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(ours), "RAY_USAGE_STATS_ENABLED": "0"}
    env["HOME"] = str(tmp_path)  # where Ray keeps a token
    done = subprocess.run(
        [environment("ray") / "python", PROGRAM],
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["served by Ray"]), done.stderr


def test_settings_that_are_refused():
    with pytest.raises(UsageError, match="at least one replica"):
        deploy_on_ray(object, replicas=0)


def test_without_ray_it_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **more):
        if name.split(".")[0] == "ray":
            raise ImportError(name=name)
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingPackageError) as caught:
        deploy_on_ray(object)
    assert "chameleonapi[ray]" in str(caught.value.hint)
