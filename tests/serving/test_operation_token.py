import base64
import os
import stat

import pytest

from chameleonapi.errors import UsageError
from chameleonapi.serving import AdminConfig, AdminToken, read_token_file

SECRET = "correct-horse-battery"


def basic(password):
    return "Basic " + base64.b64encode(f"anyone:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("given", "may_look", "may_change"),
    [
        (f"Bearer {SECRET}", True, True),
        (f"bearer {SECRET}", True, True),
        (basic(SECRET), True, False),  # other sites can make a browser send it
        (basic(SECRET + "x"), False, False),
        (f"Bearer {SECRET[:-1]}", False, False),
        (f"Token {SECRET}", False, False),
        (SECRET, False, False),
        ("Basic \udcff", False, False),
        ("Basic ####", False, False),
        ("Bearer", False, False),
        ("", False, False),
    ],
)
def test_what_a_token_allows(given, may_look, may_change):
    token = AdminToken(SECRET)
    assert token.allows(given, is_change=False) is may_look
    assert token.allows(given, is_change=True) is may_change


def test_a_token_is_never_shown():
    token = AdminToken(SECRET)
    for text in (repr(token), str(token), repr(AdminConfig(token)), str(vars(token))):
        assert SECRET not in text


@pytest.mark.parametrize("wrong", ["", "short", "with\nline breaks in it", "üüüüüüüüüüüüüüüüüüü"])
def test_what_is_no_token(wrong):
    with pytest.raises(UsageError, match="at least 16") as caught:
        AdminToken(wrong)
    assert not wrong or wrong not in str(caught.value)


def test_a_token_file_is_made_for_its_owner_only(tmp_path):
    file = tmp_path / "token"
    first = read_token_file(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    token = file.read_text().strip()
    assert len(token) >= 40
    assert first.allows(f"Bearer {token}", is_change=True)
    assert read_token_file(file).allows(f"Bearer {token}", is_change=True)


def test_a_token_file_that_others_may_write(tmp_path):
    file = tmp_path / "token"
    file.write_text(SECRET)
    file.chmod(0o620)
    with pytest.raises(UsageError, match="others may write"):
        read_token_file(file)


def test_what_is_no_token_file(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(UsageError, match="no ordinary file"):
        read_token_file(tmp_path / "pipe")
    with pytest.raises(UsageError, match=r"cannot be read|no ordinary file"):
        read_token_file(tmp_path)
    with pytest.raises(UsageError, match="cannot be made"):
        read_token_file(tmp_path / "missing" / "token")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1"])
def test_the_administration_leaves_loopback_only_explicitly(host):
    with pytest.raises(UsageError, match="administration would be reached"):
        AdminConfig(AdminToken(SECRET), host=host)
    assert AdminConfig(AdminToken(SECRET), host=host, allow_remote=True).host == host
