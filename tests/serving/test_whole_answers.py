"""Answers that come whole, as from a recording: cut, overlaid and taken apart."""

import json

import pytest
from google.cloud import language_v1, vision
from google.protobuf import json_format

from chameleonapi.apis import ApiAnswer, LabelScores, get_api, prediction_answer
from chameleonapi.errors import AnswerError, InputError
from chameleonapi.serving.wire import aws_comprehend, aws_rekognition
from chameleonapi.serving.wire.aws_error import AwsError
from chameleonapi.serving.wire.aws_forms import CBOR, JSON
from chameleonapi.serving.wire.aws_protocol import AwsProtocol
from chameleonapi.serving.wire.google_language import language_api
from chameleonapi.serving.wire.google_vision import vision_api

REKOGNITION, COMPREHEND = AwsProtocol("rekognition"), AwsProtocol("comprehend")
BOX = {"Width": 0.5, "Height": 0.5, "Left": 0.0, "Top": 0.0}
COLOURS = [{"Red": number, "PixelPercent": 10.0} for number in range(12)]
WHOLE = {
    "Labels": [
        {
            "Name": "Dog",
            "Confidence": 99.0,
            "Instances": [
                {"BoundingBox": BOX, "Confidence": 98.0, "DominantColors": COLOURS[:1]},
                {"BoundingBox": BOX, "Confidence": 60.0},
            ],
            "Parents": [{"Name": "Pet"}],
            "Categories": [{"Name": "Animals and Pets"}],
        },
        {"Name": "Pet", "Confidence": 99.0, "Categories": [{"Name": "Animals and Pets"}]},
        {"Name": "Car", "Confidence": 50.0, "Categories": [{"Name": "Vehicles"}]},
    ],
    "ImageProperties": {"DominantColors": COLOURS, "Foreground": {"DominantColors": COLOURS}},
    "LabelModelVersion": "3.1",
}


def labels(**parameters):
    data = {"Image": {"Bytes": b"picture"}, **parameters}
    call = aws_rekognition.parse(REKOGNITION, "DetectLabels", data)
    answer = call.reply([call.part(0, ApiAnswer(WHOLE))])
    REKOGNITION.write("DetectLabels", answer)  # it fits the model
    return answer


def names(answer):
    return [one["Name"] for one in answer["Labels"]]


def test_labels_with_all_that_the_provider_told():
    answer = labels()
    assert names(answer) == ["Dog", "Pet"]  # and no car: the default is 55
    dog, pet = answer["Labels"]
    assert [one["Confidence"] for one in dog["Instances"]] == [98.0, 60.0]
    assert "DominantColors" not in dog["Instances"][0]
    assert dog["Parents"] == [{"Name": "Pet"}]
    assert (pet["Instances"], pet["Parents"], pet["Aliases"]) == ([], [], [])
    assert answer["LabelModelVersion"] == "3.1"
    assert "ImageProperties" not in answer
    assert WHOLE["Labels"][0]["Instances"][0]["DominantColors"]  # the original is whole


@pytest.mark.parametrize(
    ("parameters", "kept"),
    [
        ({"MinConfidence": 50.0}, ["Dog", "Pet", "Car"]),
        ({"MinConfidence": 50.5}, ["Dog", "Pet"]),
        ({"MaxLabels": 1}, ["Dog"]),
        (
            {
                "MinConfidence": 0.0,
                "Settings": {"GeneralLabels": {"LabelCategoryInclusionFilters": ["Vehicles"]}},
            },
            ["Car"],
        ),
        (
            {
                "MinConfidence": 0.0,
                "Settings": {
                    "GeneralLabels": {
                        "LabelCategoryInclusionFilters": ["Vehicles"],
                        "LabelInclusionFilters": ["Dog"],
                    }
                },
            },
            ["Dog", "Car"],
        ),
        (
            {
                "MinConfidence": 0.0,
                "Settings": {
                    "GeneralLabels": {
                        "LabelCategoryExclusionFilters": ["Animals and Pets"],
                    }
                },
            },
            ["Car"],
        ),
        (
            {
                "MaxLabels": 1,
                "Settings": {"GeneralLabels": {"LabelExclusionFilters": ["Dog"]}},
            },
            ["Pet"],
        ),
    ],
)
def test_labels_are_cut_as_the_request_wants(parameters, kept):
    assert names(labels(**parameters)) == kept


@pytest.mark.parametrize(
    ("features", "settings", "colours"),
    [
        (["IMAGE_PROPERTIES"], {}, 10),
        (["GENERAL_LABELS", "IMAGE_PROPERTIES"], {"ImageProperties": {"MaxDominantColors": 3}}, 3),
    ],
)
def test_properties_of_the_image(features, settings, colours):
    answer = labels(Features=features, Settings=settings)
    assert ("Labels" in answer) == ("GENERAL_LABELS" in features)
    properties = answer["ImageProperties"]
    assert len(properties["DominantColors"]) == colours
    assert len(properties["Foreground"]["DominantColors"]) == colours


def test_properties_that_were_not_told_are_refused():
    data = {"Image": {"Bytes": b"p"}, "Features": ["IMAGE_PROPERTIES"]}
    call = aws_rekognition.parse(REKOGNITION, "DetectLabels", data)
    with pytest.raises(AwsError, match="not served"):
        call.part(0, ApiAnswer({"Labels": []}))


def test_moderation_labels_from_scores_name_their_ancestors():
    data = {"Image": {"Bytes": b"p"}, "MinConfidence": 30.0}
    parents = {"Smoking": ("Smoking Scenes", "Drugs & Tobacco")}
    call = aws_rekognition.parse(REKOGNITION, "DetectModerationLabels", data, parents)
    scores = LabelScores(("Smoking", "Violence", "Alcohol"), [0.9, 0.4, 0.2])
    answer = call.reply([call.part(0, scores)])
    REKOGNITION.write("DetectModerationLabels", answer)
    assert [
        (one["Name"], one["ParentName"], one["TaxonomyLevel"]) for one in answer["ModerationLabels"]
    ] == [("Smoking", "Smoking Scenes", 3), ("Violence", "", 1)]


def test_scores_of_topics_and_languages_are_answers():
    data = {
        "Text": "x",
        "EndpointArn": "arn:aws:comprehend:us-east-1:123456789012:document-classifier-endpoint/e",
    }
    call = aws_comprehend.parse(COMPREHEND, "ClassifyDocument", data)
    answer = call.reply([call.part(0, LabelScores(("SPAM", "HAM"), [0.2, 0.8]))])
    assert answer == {"Classes": [{"Name": "HAM", "Score": 0.8}]}


def test_a_batch_is_taken_apart_by_its_numbers():
    data = {"TextList": ["a", "x" * 5001, "b", "c"], "LanguageCode": "en"}
    call = aws_comprehend.parse(COMPREHEND, "BatchDetectSentiment", data)
    answer = {
        "ResultList": [{"Index": 3, "Sentiment": "MIXED"}, {"Index": 0, "Sentiment": "NEUTRAL"}],
        "ErrorList": [{"Index": 2, "ErrorCode": "E", "ErrorMessage": "m"}],
    }
    assert [one.content for one in call.asks] == [b"a", b"b", b"c"]
    assert call.parts(answer) == [{"Sentiment": "NEUTRAL"}, None, {"Sentiment": "MIXED"}]
    one = aws_comprehend.parse(COMPREHEND, "DetectSentiment", {"Text": "a", "LanguageCode": "en"})
    assert one.parts({"Sentiment": "MIXED"}) == [{"Sentiment": "MIXED"}]


@pytest.mark.parametrize("form", [JSON, CBOR])
def test_what_the_service_model_does_not_know_is_left_out_of_a_real_answer(form):
    data = {
        "Entities": [{"Text": "Ann", "Type": "PERSON", "Score": 1.0, "Surprise": [1]}],
        "More": {"a": 1},
    }
    answer = COMPREHEND.read_answer("DetectEntities", form.dump(data), form)
    assert answer == {"Entities": [{"Text": "Ann", "Type": "PERSON", "Score": 1.0}]}
    COMPREHEND.write("DetectEntities", answer, form)


def test_blobs_in_both_forms():
    arguments = {"EndpointArn": "a", "Bytes": b"\xff\x00"}
    for form in (JSON, CBOR):
        body = form.dump({"EndpointArn": "a", "Bytes": form.write_blob(b"\xff\x00")})
        assert COMPREHEND.read("ClassifyDocument", body, form) == arguments


def language_call(method, **more):
    body = {"document": {"type": "PLAIN_TEXT", "content": "é Ann."}, **more}
    return language_api("v1").parse_json(method, json.dumps(body).encode())


def test_an_answer_takes_the_place_of_the_providers():
    features = {"extractEntities": True, "classifyText": True, "extractSyntax": True}
    call = language_call("AnnotateText", features=features, encodingType="UTF8")
    response = json_format.ParseDict(
        {
            "entities": [{"name": "theirs"}],
            "categories": [{"name": "/theirs"}],
            "tokens": [{"lemma": "x"}],
            "language": "en",
        },
        language_v1.AnnotateTextResponse.pb()(),
    )
    ours = {
        "entities": [
            {"name": "ours", "mentions": [{"text": {"content": "Ann", "beginOffset": 2}}]}
        ],
        "language": "de",
    }
    call.overlay(response, {0: ours})
    assert [one.name for one in response.entities] == ["ours"]
    assert response.entities[0].mentions[0].text.begin_offset == 3
    assert response.categories[0].name == "/theirs"
    assert response.tokens[0].lemma == "x"
    assert response.language == "en"


def test_images_that_one_side_cannot_read():
    features = [{"type": "LABEL_DETECTION"}, {"type": "FACE_DETECTION"}]
    images = [{"image": {"content": "aaaa"}, "features": features}] * 3
    images.insert(
        0, {"image": {"source": {"imageUri": "https://a.example/"}}, "features": features}
    )
    call = vision_api().parse_json(json.dumps({"requests": images}).encode())
    theirs = {"labelAnnotations": [{"description": "theirs"}], "faceAnnotations": [{}]}
    response = json_format.ParseDict(
        {"responses": [{}, theirs, theirs, {"error": {"code": 14, "message": "later"}}]},
        vision.BatchAnnotateImagesResponse.pb()(),
    )
    assert [one and sorted(one) for one in call.parts(response)] == [
        ["labelAnnotations"],
        ["faceAnnotations"],
        ["labelAnnotations"],
        ["faceAnnotations"],
        None,
        None,
    ]
    ours = {"labelAnnotations": [{"description": "ours"}]}
    call.overlay(response, {0: ours, 2: InputError("bad"), 4: ours})
    by_url, first, second, third = response.responses
    assert not by_url.label_annotations
    assert [one.description for one in first.label_annotations] == ["ours"]
    assert len(first.face_annotations) == 1
    assert (second.error.code, len(second.face_annotations)) == (3, 0)
    assert (third.error.code, len(third.label_annotations)) == (14, 0)


def test_a_response_of_another_length_is_no_answer():
    images = [{"image": {"content": "aaaa"}, "features": [{"type": "LABEL_DETECTION"}]}] * 2
    call = vision_api().parse_json(json.dumps({"requests": images}).encode())
    response = vision.BatchAnnotateImagesResponse.pb()()
    response.responses.add()
    assert call.parts(response) == [None, None]


def test_an_answer_is_cut_where_that_is_asked_or_the_api_does():
    spec = get_api("google.vision.label_detection")
    many = {"labelAnnotations": [{"description": str(number)} for number in range(30)]}
    for asked, count in ((None, 10), (20, 20), (40, 30), (0, 0)):
        cut = prediction_answer(spec, ApiAnswer(many), max_results=asked)
        assert len(cut["labelAnnotations"]) == count
    whole = {"labelAnnotations": [{"description": "A", "score": 0.9}, {"description": "B"}]}
    assert prediction_answer(spec, ApiAnswer(whole)) == whole
    assert prediction_answer(spec, ApiAnswer(whole), max_results=1) == {
        "labelAnnotations": whole["labelAnnotations"][:1]
    }
    assert prediction_answer(spec, ApiAnswer(whole), shown_score=0.1) == {
        "labelAnnotations": whole["labelAnnotations"][:1]
    }
    assert prediction_answer(spec, ApiAnswer({}), max_results=1) == {}
    broken = {"labelAnnotations": [{"score": "high"}]}
    with pytest.raises(AnswerError, match="must be a number"):
        prediction_answer(spec, ApiAnswer(broken), shown_score=0.1)
