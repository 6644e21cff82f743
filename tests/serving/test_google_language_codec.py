"""Offsets, languages and features: what a call about a text asks and how it is answered."""

import json

import pytest
from google.cloud import language_v1, language_v2
from google.protobuf import json_format
from hypothesis import given, settings
from hypothesis import strategies as st

from chameleonapi.apis import ApiAnswer
from chameleonapi.errors import InputError, LanguageError
from chameleonapi.serving.wire.google_language import METHODS, VERSIONS, language_api
from chameleonapi.serving.wire.google_status import GoogleCode, GoogleError
from chameleonapi.serving.wire.text_offsets import ENCODINGS, characters, units

FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
COMBINED = "cafe\N{COMBINING ACUTE ACCENT}"
CODECS = {"UTF8": ("utf-8", 1), "UTF16": ("utf-16-le", 2), "UTF32": ("utf-32-le", 4)}
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


def body(content="Hello Ann.", **more):
    return {"document": {"type": "PLAIN_TEXT", "content": content}, **more}


def call(method, data, version="v1"):
    return language_api(version).parse_json(method, json.dumps(data).encode())


def sentence(content, begin):
    return {"sentences": [{"text": {"content": content, "beginOffset": begin}}], "language": "en"}


def span_of(response):
    return response.sentences[0].text


@settings(deadline=None)
@given(TEXTS, st.data(), st.sampled_from(sorted(CODECS)))
def test_an_offset_leads_to_its_text_in_every_encoding(text, data, encoding):
    begin = data.draw(st.integers(0, len(text) - 1))
    content = text[begin:]
    asked = call("AnalyzeSentiment", body(text, encodingType=encoding))
    response = asked.reply([asked.part(0, ApiAnswer(sentence(content, begin)))])
    codec, width = CODECS[encoding]
    offset = span_of(response).begin_offset
    assert text.encode(codec)[offset * width :].decode(codec) == content
    assert asked.parts(response) == [sentence(content, begin) | {"language": "en"}]


@settings(deadline=None)
@given(TEXTS, st.sampled_from(sorted(ENCODINGS)))
def test_units_and_characters_are_each_others_inverse(text, encoding):
    places = range(len(text) + 1)
    there = units(text, places, encoding)
    back = characters(text, there.values(), encoding)
    assert [back[there[one]] for one in places] == list(places)


@pytest.mark.parametrize(
    ("encoding", "family", "combined"),
    [("UTF8", 18, 7), ("UTF16", 8, 6), ("UTF32", 5, 6), ("NONE", -1, -1)],
)
def test_emoji_and_combining_marks_count_as_the_encoding_counts_them(encoding, family, combined):
    for before, offset in ((FAMILY, family), (COMBINED + " ", combined)):
        text = before + "Ann"
        asked = call("AnalyzeSentiment", body(text, encodingType=encoding))
        response = asked.reply([asked.part(0, ApiAnswer(sentence("Ann", len(before))))])
        assert span_of(response).begin_offset == offset


def test_an_offset_within_a_character_is_one_of_its_beginning():
    assert characters("aé", [2], "UTF8") == {2: 1}
    assert characters("aé", [99], "UTF8") == {99: 2}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("method", METHODS)
def test_both_transports_read_the_same_call(version, method):
    api = language_api(version)
    if method not in api.methods:
        assert (version, method) == ("v2", "AnalyzeEntitySentiment")
        return
    data = body("Ann says é.")
    if method == "AnnotateText":
        data["features"] = {"extractEntities": True, "classifyText": True}
    message = json_format.ParseDict(data, api._requests[method]())
    by_proto = api.parse_proto(method, message.SerializeToString())
    assert by_proto == call(method, data, version)
    assert by_proto.asks
    assert all(one.content == "Ann says é.".encode() for one in by_proto.asks)


def test_the_language_is_the_requests_else_what_was_found_else_nothing():
    for named, found, told in (("de", "en", "de"), ("", "en", "en"), ("", "", "")):
        for version in VERSIONS:
            data = body()
            field = "language" if version != "v2" else "languageCode"
            data["document"][field] = named
            asked = call("AnalyzeSentiment", data, version)
            assert [one.language for one in asked.asks] == [named]
            answer = {"documentSentiment": {"score": 1}, "language": found}
            response = asked.reply([asked.part(0, ApiAnswer(answer))])
            assert getattr(response, "language_code" if version == "v2" else "language") == told
            assert version != "v2" or response.language_supported


def test_annotate_text_puts_several_answers_together():
    features = {"extractEntities": True, "extractEntitySentiment": True, "classifyText": True}
    asked = call("AnnotateText", body(features=features))
    assert [one.api.rsplit(".")[-1] for one in asked.asks] == [
        "analyze_entities",
        "analyze_entity_sentiment",
        "classify_text",
    ]
    answers = [
        {"entities": [{"name": "Ann"}]},
        {"entities": [{"name": "Ann", "sentiment": {"score": 0.5}}]},
        {"categories": [{"name": "/Arts", "confidence": 0.5}]},
    ]
    response = asked.reply([asked.part(i, ApiAnswer(one)) for i, one in enumerate(answers)])
    assert [one.sentiment.score for one in response.entities] == [0.5]
    assert [one.name for one in response.categories] == ["/Arts"]


def test_v2_leaves_out_what_it_does_not_have():
    asked = call("AnalyzeEntities", body(), "v2")
    answer = {"entities": [{"name": "Ann", "type": "PERSON", "salience": 0.5}]}
    response = asked.reply([asked.part(0, ApiAnswer(answer))])
    assert json_format.MessageToDict(response.entities[0]) == {"name": "Ann", "type": "PERSON"}


@pytest.mark.parametrize(
    ("version", "more", "variant"),
    [
        ("v1", {}, "content-categories-v1"),
        ("v1", {"classificationModelOptions": {"v1Model": {}}}, "content-categories-v1"),
        ("v1", {"classificationModelOptions": {"v2Model": {}}}, "content-categories-v1"),
        (
            "v1",
            {"classificationModelOptions": {"v2Model": {"contentCategoriesVersion": "V2"}}},
            "content-categories-v2",
        ),
        ("v2", {}, "content-categories-v2"),
    ],
)
def test_which_categories_are_asked_for(version, more, variant):
    assert [one.variant for one in call("ClassifyText", body(**more), version).asks] == [variant]


@pytest.mark.parametrize(
    ("method", "version", "more", "variant"),
    [
        ("AnalyzeSentiment", "v1", {}, ""),
        ("AnalyzeSentiment", "v1beta2", {}, ""),
        ("AnalyzeSentiment", "v2", {}, "v2"),
        ("ModerateText", "v1", {}, ""),
        ("ModerateText", "v2", {"modelVersion": "MODEL_VERSION_1"}, "v2"),
        ("ModerateText", "v2", {"modelVersion": "MODEL_VERSION_2"}, "v2-moderation-2"),
    ],
)
def test_which_models_are_asked(method, version, more, variant):
    assert [one.variant for one in call(method, body(**more), version).asks] == [variant]


@pytest.mark.parametrize(
    ("document", "code", "words"),
    [
        ({}, GoogleCode.INVALID_ARGUMENT, "Document.type"),
        ({"type": "PLAIN_TEXT"}, GoogleCode.INVALID_ARGUMENT, "content"),
        ({"type": "PLAIN_TEXT", "content": ""}, GoogleCode.INVALID_ARGUMENT, "content"),
        (
            {"type": "PLAIN_TEXT", "gcsContentUri": "gs://b/x"},
            GoogleCode.PERMISSION_DENIED,
            "Cloud",
        ),
        ({"type": "PLAIN_TEXT", "content": "x" * 1_000_001}, GoogleCode.INVALID_ARGUMENT, "large"),
        ({"type": 9, "content": "x"}, GoogleCode.INVALID_ARGUMENT, "Document.type"),
        ({"surprise": 1}, GoogleCode.INVALID_ARGUMENT, "no field named"),
    ],
)
def test_documents_that_are_refused(document, code, words):
    with pytest.raises(GoogleError, match=words) as caught:
        call("AnalyzeSentiment", {"document": document})
    assert caught.value.code is code


def test_features_that_are_refused():
    with pytest.raises(GoogleError, match="feature") as caught:
        call("AnnotateText", body(features={}))
    assert caught.value.code is GoogleCode.INVALID_ARGUMENT
    for more in ({}, {"extractEntities": True}):
        asked = call("AnnotateText", body(features={"extractSyntax": True, **more}))
        assert asked.beyond == ("extract_syntax",)
        assert len(asked.asks) == len(more)
        refused = asked.refusal([])
        assert (refused.code, "extract_syntax" in refused.message) == (
            GoogleCode.UNIMPLEMENTED,
            True,
        )


def test_an_unknown_encoding_is_refused():
    with pytest.raises(GoogleError, match="encoding_type"):
        call("AnalyzeSentiment", body(encodingType=7))


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (LanguageError("?"), "The language tlh is not supported for document_sentiment analysis."),
        (InputError("too short."), "Invalid text content: too short."),
    ],
)
def test_texts_that_no_model_can_read(failure, words):
    data = body()
    data["document"]["language"] = "tlh"
    with pytest.raises(GoogleError, match=words) as caught:
        call("AnalyzeSentiment", data).reply([failure])
    assert caught.value.code is GoogleCode.INVALID_ARGUMENT


def test_html_is_read_as_its_text_at_its_own_place():
    page = "<p>Hello <b>Ann</b> &amp; Bob</p><script>var Eve</script>"
    data = body(page)
    data["document"]["type"] = "HTML"
    (ask,) = call("AnalyzeEntities", data).asks
    text = ask.content.decode()
    assert len(text) == len(page)
    assert text.split() == ["Hello", "Ann", "&", "Bob"]
    assert text.index("Bob") == page.index("Bob")


def code_of(parse, method, payload):
    try:
        parse(method, payload)
    except GoogleError as error:
        return error.code
    return None


@settings(deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from(["AnalyzeSentiment", "AnnotateText", "ClassifyText"]),
    st.sampled_from(["v1", "v2"]),
)
def test_any_bytes_end_in_a_call_or_a_refusal(payload, method, version):
    api = language_api(version)
    for parse in (api.parse_proto, api.parse_json):
        assert code_of(parse, method, payload) is not GoogleCode.INTERNAL


def test_the_messages_are_googles_own():
    assert isinstance(
        language_v1.AnalyzeSentimentResponse.pb()(),
        language_api("v1").response_class("AnalyzeSentiment"),
    )
    assert isinstance(
        language_v2.ClassifyTextResponse.pb()(), language_api("v2").response_class("ClassifyText")
    )
