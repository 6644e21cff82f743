"""The fast mapping of JSON to messages and back is json_format's."""

import base64
import math

import pytest
from google.cloud import language_v1, language_v2, vision_v1
from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from hypothesis import given, settings
from hypothesis import strategies as st

from chameleonapi.serving.wire import messages
from chameleonapi.serving.wire.messages import fill_message, message_values

KINDS = {
    "label": vision_v1.EntityAnnotation.pb(),
    "face": vision_v1.FaceAnnotation.pb(),
    "search": vision_v1.SafeSearchAnnotation.pb(),
    "text": vision_v1.Paragraph.pb(),
    "request": vision_v1.AnnotateImageRequest.pb(),
    "entities": language_v1.AnalyzeEntitiesResponse.pb(),
    "syntax": language_v1.AnalyzeSyntaxResponse.pb(),
    "sentiment": language_v2.AnalyzeSentimentResponse.pb(),
    "classes": language_v2.ClassifyTextResponse.pb(),
}
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**33), 2**33), st.floats(), st.text(max_size=3),
    st.just("NaN"), st.just("1.5"), st.just([]), st.just({}), st.just([None]), st.just("\ud800"),
)  # fmt: skip
FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)
PLAIN = {
    FieldDescriptor.CPPTYPE_STRING: st.text(max_size=5),
    FieldDescriptor.CPPTYPE_BOOL: st.booleans(),
    FieldDescriptor.CPPTYPE_INT32: st.integers(-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_UINT32: st.integers(0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_INT64: st.integers(-(2**63), 2**63 - 1).map(str),
    FieldDescriptor.CPPTYPE_UINT64: st.integers(0, 2**64 - 1).map(str),
    FieldDescriptor.CPPTYPE_FLOAT: st.one_of(FLOATS, st.floats(-1, 1), st.integers(-9, 9)),
    FieldDescriptor.CPPTYPE_DOUBLE: st.floats(allow_nan=False, allow_infinity=False),
}


def values_of(descriptor, depth, odd):
    """Draw values in JSON form for a message; with ``odd``, anything may stand anywhere."""
    fields = {}
    for field in descriptor.fields:
        if field.message_type is not None:
            if depth == 0 or field.message_type.GetOptions().map_entry:
                continue
            one = values_of(field.message_type, depth - 1, odd)
        elif field.enum_type is not None:
            one = st.sampled_from([value.name for value in field.enum_type.values])
        elif field.type == FieldDescriptor.TYPE_BYTES:
            one = st.binary(max_size=5).map(lambda content: base64.b64encode(content).decode())
        else:
            one = PLAIN[field.cpp_type]
        many = messages._is_list(field)
        drawn = st.lists(one, max_size=3) if many else one
        fields[field.json_name] = st.one_of(drawn, drawn, drawn, ODD) if odd else drawn
    if odd:
        fields["nothingOfTheKind"] = ODD
        for field in descriptor.fields:
            fields.setdefault(field.name, ODD)
    return st.fixed_dictionaries({}, optional=fields)


def outcome(fill, values, kind):
    message = kind()
    try:
        fill(values, message)
    except (json_format.ParseError, ValueError, TypeError, SystemError) as error:
        return type(error)
    # Not a number is not equal to itself: messages are compared as they are sent.
    return message.SerializeToString(deterministic=True)


def parse_dict(values, message):
    json_format.ParseDict(values, message, ignore_unknown_fields=True)


@pytest.mark.parametrize("name", KINDS)
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_filling_is_what_json_format_does(name, data):
    kind = KINDS[name]
    values = data.draw(values_of(kind.DESCRIPTOR, 2, odd=data.draw(st.booleans())))
    assert outcome(fill_message, values, kind) == outcome(parse_dict, values, kind)


@pytest.mark.parametrize("name", KINDS)
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_reading_is_what_json_format_does(name, data):
    message = KINDS[name]()
    parse_dict(data.draw(values_of(KINDS[name].DESCRIPTOR, 2, odd=False)), message)
    for numbers in (False, True):
        expected = json_format.MessageToDict(message, use_integers_for_enums=numbers)
        assert message_values(message, enums_as_numbers=numbers) == expected


@settings(deadline=None, max_examples=30)
@given(st.floats(width=32))
def test_numbers_of_32_bits_are_as_short_as_json_format_writes_them(number):
    message = vision_v1.EntityAnnotation.pb()(score=number)
    expected = json_format.MessageToDict(message)
    assert repr(message_values(message)) == repr(expected)


def test_an_answer_of_labels_needs_no_json_format(monkeypatch):
    monkeypatch.setattr(messages, "json_format", None)
    label = {"mid": "/m/1", "description": "Dog", "score": 0.95, "topicality": 1}
    face = {"joyLikelihood": "VERY_LIKELY", "boundingPoly": {"vertices": [{"x": 3}, {"y": 4}]}}
    message = vision_v1.AnnotateImageResponse.pb()()
    fill_message({"labelAnnotations": [label], "faceAnnotations": [face]}, message)
    assert message_values(message) == {
        "labelAnnotations": [{**label, "topicality": 1.0}],
        "faceAnnotations": [face],
    }
    assert math.isclose(message.label_annotations[0].score, 0.95, rel_tol=1e-6)


def test_lists_are_set_and_not_added_to():
    message = vision_v1.AnnotateImageResponse.pb()()
    for _ in range(2):
        fill_message({"labelAnnotations": [{"description": "Dog"}]}, message)
    assert len(message.label_annotations) == 1
