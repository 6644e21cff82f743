import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chameleonapi.serving.wire.google_json import (
    RestOptions,
    decode_base64,
    load_object,
    merge,
    rest_options,
)
from chameleonapi.serving.wire.google_status import GoogleCode, GoogleError


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["standard", "url"]), st.booleans(), st.booleans())
def test_base64_in_every_usual_form(content, alphabet, padded, lines):
    encode = base64.b64encode if alphabet == "standard" else base64.urlsafe_b64encode
    text = encode(content).decode()
    if not padded:
        text = text.rstrip("=")
    if lines:
        text = "\r\n".join(text[i : i + 76] for i in range(0, len(text), 76))
    assert decode_base64(text, field="f") == content


@pytest.mark.parametrize(
    "text", ["a", "!!!!", "data:image/png;base64,aaaa", "é", 7, ["aaaa"], "a=aa"]
)
def test_what_is_no_base64_is_refused_by_its_field(text):
    with pytest.raises(GoogleError, match=r"requests\[0\].*Base64") as caught:
        decode_base64(text, field="requests[0].image.content")
    assert caught.value.code is GoogleCode.INVALID_ARGUMENT


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"3", b"\xff", b'{"a": NaN}', b"[" * 100_000, b'{"a":' * 100_000]
)
def test_a_body_that_is_no_object_is_refused(body):
    with pytest.raises(GoogleError, match="Invalid JSON payload received"):
        load_object(body)


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ([], RestOptions()),
        ([("$alt", "json;enum-encoding=int")], RestOptions(enums_as_numbers=True)),
        ([("alt", "json")], RestOptions()),
        ([("prettyPrint", "false")], RestOptions(pretty=False)),
        ([("key", "k"), ("$.xgafv", "2"), ("fields", "*")], RestOptions()),
        ([("$fields", "a/b")], RestOptions(fields={"a": {"b": {}}})),
    ],
)
def test_system_parameters(query, options):
    assert rest_options(query) == options


@pytest.mark.parametrize(
    "query",
    [("$alt", "proto"), ("alt", "media"), ("fields", "a,"), ("foo", "1"), ("$.xgafv", "3")],
)
def test_a_parameter_that_cannot_be_honoured_is_refused(query):
    with pytest.raises(GoogleError) as caught:
        rest_options([query])
    assert caught.value.code is GoogleCode.INVALID_ARGUMENT


def test_a_lone_surrogate_is_refused_as_the_request_it_is():
    from google.cloud import language_v1

    request = language_v1.AnalyzeSentimentRequest.pb()()
    with pytest.raises(GoogleError) as caught:
        merge(load_object(b'{"document": {"content": "\\ud800"}}'), request)
    assert caught.value.code is GoogleCode.INVALID_ARGUMENT
