import base64
import json

import pytest
from google.cloud import vision
from google.protobuf import json_format
from hypothesis import given, settings
from hypothesis import strategies as st

from chameleonapi.apis import LabelScores, get_api
from chameleonapi.errors import InputError
from chameleonapi.serving.wire.ask import Ask
from chameleonapi.serving.wire.google_json import RestOptions, render
from chameleonapi.serving.wire.google_status import GoogleCode, GoogleError
from chameleonapi.serving.wire.google_vision import MAX_IMAGES, ImageQuery, vision_api

LABELS = "google.vision.label_detection"
API = vision_api()
parse_json, parse_proto = API.parse_json, API.parse_proto
LABEL = vision.Feature.Type.LABEL_DETECTION


def request_for(image, *features):
    return vision.AnnotateImageRequest(image=image, features=list(features))


def call(*requests, **more):
    message = vision.BatchAnnotateImagesRequest(requests=list(requests), **more)
    return parse_proto(vision.BatchAnnotateImagesRequest.serialize(message))


def label(max_results=0, model=""):
    return vision.Feature(type_=LABEL, max_results=max_results, model=model)


GOOD = vision.Image(content=b"picture")


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.binary(min_size=1), st.integers(0, 50)), min_size=1, max_size=MAX_IMAGES),
    st.booleans(),
    st.booleans(),
)
def test_both_transports_read_the_same_call(images, snake, numbers):
    message = vision.BatchAnnotateImagesRequest(
        requests=[request_for(vision.Image(content=content), label(n)) for content, n in images]
    )
    raw = vision.BatchAnnotateImagesRequest.pb(message)
    body = json_format.MessageToJson(
        raw, preserving_proto_field_name=snake, use_integers_for_enums=numbers
    )
    by_proto = parse_proto(raw.SerializeToString())
    assert parse_json(body.encode()) == by_proto
    assert [one.content for one in by_proto.asks] == [content for content, _ in images]
    assert [one.wanted for one in by_proto.images] == [((LABELS, n or None),) for _, n in images]


def code_of(parse, payload):
    try:
        parse(payload)
    except GoogleError as error:
        return error.code
    return None


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from([parse_proto, parse_json]))
def test_any_bytes_end_in_a_call_or_a_refusal(payload, parse):
    assert code_of(parse, payload) is not GoogleCode.INTERNAL


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["requests", "image", "content", "features", "type", "maxResults", "source"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(JSON_VALUES)
def test_any_json_ends_in_a_call_or_a_refusal(value):
    assert code_of(parse_json, json.dumps(value).encode()) is not GoogleCode.INTERNAL


@pytest.mark.parametrize(
    ("requests", "code", "message"),
    [
        ([], GoogleCode.INVALID_ARGUMENT, "must specify image and features"),
        ([request_for(GOOD)], GoogleCode.INVALID_ARGUMENT, "must specify image and features"),
        ([request_for(GOOD, label())] * 17, GoogleCode.INVALID_ARGUMENT, "Too many images"),
        ([request_for(GOOD, label(-1))], GoogleCode.INVALID_ARGUMENT, "must not be negative"),
        ([request_for(GOOD, label(model="mine"))], GoogleCode.INVALID_ARGUMENT, "Unknown model"),
        ([request_for(GOOD, vision.Feature(type_=0))], GoogleCode.INVALID_ARGUMENT, "UNSPECIFIED"),
        ([request_for(GOOD, vision.Feature(type_=99))], GoogleCode.INVALID_ARGUMENT, "99"),
    ],
)
def test_calls_that_are_refused_as_a_whole(requests, code, message):
    with pytest.raises(GoogleError, match=message) as caught:
        call(*requests)
    assert caught.value.code is code


def test_features_without_an_api_are_told_from_the_others():
    kinds = vision.Feature.Type
    asked = call(
        request_for(GOOD, label(), vision.Feature(type_=kinds.CROP_HINTS)),
        request_for(GOOD, vision.Feature(type_=kinds.FACE_DETECTION)),
    )
    assert asked.beyond == ("CROP_HINTS",)
    assert [one.api for one in asked.asks] == [LABELS, "google.vision.face_detection"]
    refused = asked.refusal(["google.vision.face_detection"])
    assert refused.code is GoogleCode.UNIMPLEMENTED
    assert "FACE_DETECTION, CROP_HINTS is not served" in refused.message


def test_text_of_documents_and_hints_of_languages_are_another_question():
    kinds = vision.Feature.Type
    request = vision.AnnotateImageRequest(
        image=GOOD,
        features=[label(), vision.Feature(type_=kinds.DOCUMENT_TEXT_DETECTION)],
        image_context={"language_hints": ["de", "en"]},
    )
    text = "google.vision.text_detection"
    assert call(request).asks == (
        Ask(LABELS, b"picture"),
        Ask(text, b"picture", "de,en", "document-text"),
    )
    plain = call(request_for(GOOD, vision.Feature(type_=kinds.TEXT_DETECTION)))
    assert plain.asks == (Ask(text, b"picture"),)


def answered(asked, *predictions):
    """Return the response for what is found for each question."""
    return asked.reply(
        [
            one if isinstance(one, InputError) else asked.part(position, one)
            for position, one in enumerate(predictions)
        ]
    )


def test_parent_from_message_or_path():
    assert call(request_for(GOOD, label()), parent="projects/p/locations/eu").images
    with pytest.raises(GoogleError, match="Invalid parent"):
        call(request_for(GOOD, label()), parent="eu")
    body = json.dumps(
        {"requests": [{"image": {"content": "aaaa"}, "features": [{"type": "LABEL_DETECTION"}]}]}
    ).encode()
    with pytest.raises(GoogleError, match="Invalid parent"):
        parse_json(body, parent="nowhere/p")


@pytest.mark.parametrize(
    ("image", "code", "message"),
    [
        (vision.Image(), 3, "No image present"),
        (vision.Image(source={"image_uri": "https://a.example/x.png"}), 7, "not allowed to access"),
        (vision.Image(source={"image_uri": "gs://bucket/x.png"}), 7, "Cloud Storage"),
        (vision.Image(source={"gcs_image_uri": "gs://bucket/x.png"}), 7, "Cloud Storage"),
    ],
)
def test_an_image_that_is_refused_leaves_the_others_alone(image, code, message):
    asked = call(request_for(image, label()), request_for(GOOD, label()))
    assert asked.asks == (Ask(LABELS, b"picture"),)
    answer = answered(asked, LabelScores(("Dog",), [0.9]))
    assert answer.responses[0].error.code == code
    assert message in answer.responses[0].error.message
    assert [one.description for one in answer.responses[1].label_annotations] == ["Dog"]
    assert not answer.responses[1].HasField("error")


def test_content_takes_precedence_over_a_source():
    both = vision.Image(content=b"picture", source={"image_uri": "https://a.example/x.png"})
    assert call(request_for(both, label())).asks == (Ask(LABELS, b"picture"),)


def test_several_features_of_one_kind_ask_for_the_larger_number():
    assert call(request_for(GOOD, label(3), label(7))).images == (
        ImageQuery(b"picture", ((LABELS, 7),)),
    )


def test_an_answer_shows_what_the_provider_would():
    scores = LabelScores(("Low", "Cat", "Dog", "Edge"), [0.49, 0.75, 0.95, 0.5])
    answer = answered(call(request_for(GOOD, label())), scores)
    shown = answer.responses[0].label_annotations
    assert [one.description for one in shown] == ["Dog", "Cat", "Edge"]
    assert [one.score for one in shown] == pytest.approx([0.95, 0.75, 0.5])
    assert [one.topicality for one in shown] == [one.score for one in shown]


def test_an_answer_is_cut_to_what_was_asked_for_or_ten():
    scores = LabelScores(tuple(f"L{i}" for i in range(30)), [0.9] * 30)
    assert (
        len(answered(call(request_for(GOOD, label(25))), scores).responses[0].label_annotations)
        == 25
    )
    assert (
        len(answered(call(request_for(GOOD, label())), scores).responses[0].label_annotations) == 10
    )


def test_a_picture_that_cannot_be_read():
    answer = answered(call(request_for(GOOD, label())), InputError("bad"))
    assert (answer.responses[0].error.code, answer.responses[0].error.message) == (
        3,
        "Bad image data.",
    )


def test_rest_answers_round_trip_and_are_googles_json():
    answer = answered(call(request_for(GOOD, label())), LabelScores(("Käse",), [0.975]))
    body = render(answer, RestOptions())
    assert json.loads(body) == {
        "responses": [
            {"labelAnnotations": [{"description": "Käse", "score": 0.975, "topicality": 0.975}]}
        ]
    }
    back = vision.BatchAnnotateImagesResponse.from_json(body.decode())
    assert vision.BatchAnnotateImagesResponse.pb(back) == answer
    assert b"\n" not in render(answer, RestOptions(pretty=False))


def test_bad_base64_names_its_image():
    image = {"content": base64.b64encode(b"ok").decode()}
    feature = [{"type": "LABEL_DETECTION"}]
    body = json.dumps(
        {
            "requests": [
                {"image": image, "features": feature},
                {"image": {"content": "%%"}, "features": feature},
            ]
        }
    )
    with pytest.raises(GoogleError, match=r"requests\[1\]\.image\.content"):
        parse_json(body.encode())


def test_unknown_fields_are_refused():
    with pytest.raises(GoogleError, match="no field named"):
        parse_json(b'{"requests": [], "surprise": 1}')


def test_an_image_above_the_providers_limit():
    limit = get_api("google.vision.label_detection").limits.max_input_bytes
    fits, too_large = (vision.Image(content=b"x" * size) for size in (limit, limit + 1))
    asked = call(request_for(fits, label()), request_for(too_large, label()))
    assert len(asked.asks) == 1
    assert asked.images[1].code is GoogleCode.INVALID_ARGUMENT
