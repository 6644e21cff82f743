"""Services and operations that are used and not analysed are named, with their place."""

import pytest

from chameleonapi.analysis import analyze

REKOGNITION = "import boto3\nclient = boto3.client('rekognition')\n"
COMPREHEND = "import boto3\nclient = boto3.client(service_name='comprehend')\n"
VISION = "from google.cloud import vision\nclient = vision.ImageAnnotatorClient()\n"
LANGUAGE = (
    "import google.cloud.language_v1 as language\nclient = language.LanguageServiceClient()\n"
)
DISCOVERY = "from googleapiclient.discovery import build\n"


def notes(root, source, **files):
    (root / "app.py").write_text(source)
    for name, text in files.items():
        (root / f"{name}.py").write_text(text)
    report = analyze(root)
    assert report.every_gap == ()
    return [(one.span.line, one.message.split(" is used here")[0]) for one in report.notes]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (
            REKOGNITION + "def same(a, b):\n"
            "    found = client.compare_faces(SourceImage={'Bytes': a}, TargetImage={'Bytes': b})\n"
            "    return 'same' if found['FaceMatches'] else 'other'\n",
            "compare_faces of Amazon Rekognition",
        ),
        (
            COMPREHEND + "def safe(text):\n"
            "    found = client.contains_pii_entities(Text=text, LanguageCode='en')\n"
            "    return not found['Labels']\n",
            "contains_pii_entities of Amazon Comprehend",
        ),
        (
            VISION + "def crop(data):\n"
            "    found = client.crop_hints(image=vision.Image(content=data))\n"
            "    return found.crop_hints_annotation.crop_hints[0].confidence > 0.5\n",
            "crop_hints of Google Vision",
        ),
        (
            VISION + "def shop(data):\n"
            "    found = client.annotate_image({'image': {'content': data}, 'features': [{'type': 12}, "
            "{'type_': vision.Feature.Type.PRODUCT_SEARCH}]})\n"
            "    return len(found.product_search_results.results) > 1\n",
            "PRODUCT_SEARCH of Google Vision",
        ),
        (
            LANGUAGE + "def verbs(text):\n"
            "    found = client.analyze_syntax(document={'content': text})\n"
            "    return any(one.part_of_speech.tag == 11 for one in found.tokens)\n",
            "analyze_syntax of Google Natural Language",
        ),
    ],
)
def test_operations_that_are_not_analysed_are_named(tmp_path, source, told):
    assert [message for _, message in notes(tmp_path, source)] == [told]


def test_they_are_named_in_requests_to_an_address_and_by_discovery(tmp_path):
    source = DISCOVERY + (
        "import requests\n"
        "SYNTAX = 'https://language.googleapis.com/v1/documents:analyzeSyntax?key=K'\n"
        "IMAGES = 'https://vision.googleapis.com/v1/images:annotate?key=K'\n"
        "def verbs(text):\n"
        "    found = requests.post(SYNTAX, json={'document': {'content': text}}).json()\n"
        "    return 'verb' if found['tokens'][0]['partOfSpeech']['tag'] == 'VERB' else 'none'\n"
        "def crop(data):\n"
        "    body = {'requests': [{'image': {'content': data}, 'features': [{'type': 'CROP_HINTS'}]}]}\n"
        "    found = requests.post(IMAGES, json=body).json()['responses'][0]\n"
        "    return 'sure' if found['cropHintsAnnotation']['cropHints'] else 'unsure'\n"
    )
    assert notes(tmp_path, source) == [
        (3, "analyzeSyntax of Google Natural Language"),
        (9, "CROP_HINTS of Google Vision"),
    ]


def test_each_is_named_once_a_file_wherever_its_client_is_made(tmp_path):
    source = (
        "from clients import client\n"
        "def one(image):\n"
        "    return client.recognize_celebrities(Image=image)['CelebrityFaces']\n"
        "def two(image):\n"
        "    return client.recognize_celebrities(Image=image)['UnrecognizedFaces']\n"
    )
    told = [(3, "recognize_celebrities of Amazon Rekognition")]
    assert notes(tmp_path, source, clients=REKOGNITION) == told


def test_functions_of_such_a_name_are_not_named_where_nothing_speaks_of_the_service(tmp_path):
    source = (
        "import face_recognition as client\n"
        "def same(a, b):\n"
        "    return client.compare_faces([a], b)[0]\n"
        "def crop(image, PRODUCT_SEARCH='PRODUCT_SEARCH'):\n"
        "    return image.crop_hints(PRODUCT_SEARCH)\n"
    )
    assert notes(tmp_path, source) == []
    # nor where the service is spoken of, and the operation is one that is analysed
    source = REKOGNITION + "def labels(image):\n    client.detect_labels(Image=image)\n"
    assert notes(tmp_path, source) == []
