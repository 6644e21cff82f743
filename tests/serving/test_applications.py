import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chameleonapi.errors import UsageError
from chameleonapi.serving.applications import (
    ApplicationResolver,
    check_application_name,
    split_prefix,
)

RESOLVER = ApplicationResolver(default="other", credentials={"AIzaKey": "shop", "AKIAX": "farm"})
SIGNED = "AWS4-HMAC-SHA256 Credential=AKIAX/20260101/us-east-1/rekognition/aws4_request, SignedHeaders=host, Signature=0"
NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True)


@pytest.mark.parametrize(
    ("headers", "query", "application"),
    [
        ([], [], "other"),
        ([("x-goog-api-key", "AIzaKey")], [], "shop"),
        ([], [("key", "AIzaKey")], "shop"),
        ([("authorization", SIGNED)], [], "farm"),
        ([("authorization", "Bearer AIzaKey")], [], "shop"),
        ([("authorization", "Bearer unknown")], [], "other"),
        ([("x-goog-api-key", "unknown")], [], "other"),
        ([("user-agent", "chameleon-application/bins grpc-python/1.85")], [], "bins"),
        ([("user-agent", "my chameleon-application/bins grpc-python/1.85")], [], "bins"),
        ([("user-agent", "notchameleon-application/bins")], [], "other"),
        ([("x-chameleon-application", "bins"), ("x-goog-api-key", "AIzaKey")], [], "bins"),
        ([("x-chameleon-application", "a"), ("x-chameleon-application", "b")], [], "b"),
    ],
)
def test_who_asks(headers, query, application):
    assert RESOLVER.resolve(headers, query=query) == application


def test_a_name_in_the_path_beats_a_credential():
    assert RESOLVER.resolve([("authorization", SIGNED)], named="bins") == "bins"


def test_credentials_are_not_kept():
    assert "AIzaKey" not in repr(vars(RESOLVER))


@settings(deadline=None)
@given(NAMES, st.sampled_from(["", "/", "/v1/images:annotate", "/a/b"]))
def test_the_prefix_of_a_path(name, rest):
    assert split_prefix(f"/a/{name}{rest}") == (name, rest or "/")


@pytest.mark.parametrize("path", ["/", "/a", "/a/", "/a/../x", "/v1/images:annotate", "/a/.x/"])
def test_paths_without_a_name(path):
    assert split_prefix(path) == ("", path)


@pytest.mark.parametrize("name", ["", "a b", "a/b", "é", "a\r\nx: y", "-x", "a" * 65])
def test_names_that_cannot_travel(name):
    with pytest.raises(UsageError, match="no name of an application"):
        check_application_name(name)


@settings(deadline=None)
@given(NAMES)
def test_names_that_can(name):
    assert check_application_name(name) == name
