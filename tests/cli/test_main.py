"""The command line: usage, exit codes, one error and no traceback."""

from __future__ import annotations

import argparse
import errno
import json

import pytest

from chameleonapi.cli import main as main_module
from chameleonapi.cli.main import COMMANDS, main, make_parser
from chameleonapi.errors import ChameleonError, DataError


@pytest.fixture
def failing(monkeypatch):
    """Install a command ``fail`` that raises what the test gives it."""

    def install(error):
        class Command:
            @staticmethod
            def add_to(commands):
                parser = commands.add_parser("fail")

                def run(options: argparse.Namespace) -> int:
                    raise error

                parser.set_defaults(run=run)

        monkeypatch.setattr(main_module, "COMMANDS", (Command,))

    return install


def test_every_command_documents_itself(capsys):
    for name in _command_names():
        with pytest.raises(SystemExit) as ended:
            main([name, "--help"])
        assert ended.value.code == 0
        assert f"chameleon {name}" in capsys.readouterr().out


def test_wrong_usage_is_exit_code_2(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["no-such-command"])
    assert ended.value.code == 2
    assert "no-such-command" in capsys.readouterr().err


def test_a_known_error_is_one_message_with_its_exit_code(failing, capsys):
    failing(DataError("three pictures [bold] are unreadable.", hint="Replace them."))
    assert main(["fail"]) == DataError.exit_code
    shown = capsys.readouterr().err
    assert shown == "error: three pictures [bold] are unreadable.\nReplace them.\n"


def test_an_interruption_is_exit_code_130(failing, capsys):
    failing(KeyboardInterrupt())
    assert main(["fail"]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_a_full_disk_is_one_message(failing, capsys):
    failing(OSError(errno.ENOSPC, "No space left on device", "model.safetensors"))
    assert main(["fail"]) == 1
    shown = capsys.readouterr().err
    assert "No space left on device (model.safetensors)" in shown
    assert "Traceback" not in shown


def test_a_defect_is_one_message_without_a_traceback(failing, capsys, monkeypatch):
    monkeypatch.delenv("CHAMELEON_DEBUG", raising=False)
    failing(ZeroDivisionError("division by zero"))
    assert main(["fail"]) == 1
    shown = capsys.readouterr().err
    assert "an unexpected ZeroDivisionError: division by zero" in shown
    assert "Traceback" not in shown


def test_a_defect_shows_its_details_on_demand(failing, monkeypatch):
    monkeypatch.setenv("CHAMELEON_DEBUG", "1")
    failing(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        main(["fail"])


def test_exit_codes_are_distinct():
    codes = {}
    for leaf in _leaves(ChameleonError):
        own = leaf.__dict__.get("exit_code")
        if own is not None:
            assert own not in codes, (leaf, codes[own])
            codes[own] = leaf
    assert 0 not in codes


def test_doctor_prints_json(capsys):
    assert main(["doctor", "--json"]) in {0, 9}
    findings = json.loads(capsys.readouterr().out)
    assert {"what", "ok", "found", "needed_for", "remedy"} == set(findings[0])


def _command_names():
    parser = make_parser()
    (group,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    names = list(group.choices)
    assert len(names) == len(COMMANDS)
    return names


def _leaves(kind):
    yield kind
    for one in kind.__subclasses__():
        yield from _leaves(one)
