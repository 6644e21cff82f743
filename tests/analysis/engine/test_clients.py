import pytest

from chameleonapi.analysis import analyze
from chameleonapi.analysis.engine import load_program
from chameleonapi.apis import api_ids

LABEL = "google.vision.label_detection"
ANSWERS = {
    LABEL: {
        "labelAnnotations": [
            {"description": "Dog", "score": 0.9},
            {"description": "Cat", "score": 0.6},
        ]
    },
    "google.vision.object_localization": {
        "localizedObjectAnnotations": [
            {
                "name": "Person",
                "score": 0.9,
                "boundingPoly": {
                    "normalizedVertices": [
                        {"x": 0.1, "y": 0.2},
                        {"x": 0.5, "y": 0.2},
                        {"x": 0.5, "y": 0.9},
                        {"x": 0.1, "y": 0.9},
                    ]
                },
            }
        ]
    },
    "google.vision.safe_search_detection": {
        "safeSearchAnnotation": {"adult": "LIKELY", "violence": "UNLIKELY"}
    },
    "google.vision.face_detection": {
        "faceAnnotations": [{"joyLikelihood": "VERY_LIKELY", "detectionConfidence": 0.8}]
    },
    "google.vision.text_detection": {
        "textAnnotations": [{"description": "STOP now"}],
        "fullTextAnnotation": {"text": "STOP now"},
    },
    "google.vision.web_detection": {
        "webDetection": {
            "webEntities": [{"description": "Dog", "score": 1.2}],
            "bestGuessLabels": [{"label": "dog"}],
        }
    },
    "google.vision.image_properties": {
        "imagePropertiesAnnotation": {
            "dominantColors": {
                "colors": [{"color": {"red": 200.0, "green": 10.0, "blue": 10.0}, "score": 0.5}]
            }
        }
    },
    "google.language.analyze_sentiment": {
        "documentSentiment": {"score": -0.6, "magnitude": 2.0},
        "language": "en",
        "sentences": [{"text": {"content": "a"}, "sentiment": {"score": 0.5, "magnitude": 1.0}}],
    },
    "google.language.analyze_entities": {
        "entities": [{"name": "Ada", "type": "PERSON", "salience": 0.7}]
    },
    "google.language.classify_text": {
        "categories": [{"name": "/Food & Drink/Beer", "confidence": 0.7}]
    },
    "aws.rekognition.detect_labels": {
        "Labels": [
            {"Name": "Dog", "Confidence": 91.0, "Parents": [{"Name": "Animal"}], "Instances": []}
        ]
    },
    "aws.rekognition.detect_faces": {
        "FaceDetails": [
            {
                "Smile": {"Value": True, "Confidence": 90.0},
                "Emotions": [{"Type": "HAPPY", "Confidence": 99.0}],
            }
        ]
    },
    "aws.rekognition.detect_text": {
        "TextDetections": [{"DetectedText": "STOP", "Type": "LINE", "Confidence": 99.0}]
    },
    "aws.comprehend.detect_sentiment": {
        "Sentiment": "NEGATIVE",
        "SentimentScore": {"Negative": 0.9},
    },
    "aws.comprehend.detect_entities": {
        "Entities": [{"Text": "Ada", "Type": "PERSON", "Score": 0.9}]
    },
}

# what it shows -> (API, line of the call, what is printed, source)
STYLES = {
    "old types, alias": (
        LABEL,
        4,
        "'dog'",
        """
from google.cloud import vision_v1 as v
client = v.ImageAnnotatorClient()
r = client.label_detection(image=v.types.Image(content=b''))
print('dog' if r.label_annotations[0].description == 'Dog' else 'no')
""",
    ),
    "factory and service account file": (
        LABEL,
        6,
        "'dog'",
        """
from google.cloud.vision import ImageAnnotatorClient as Eyes
def make(): return Eyes.from_service_account_json('key.json')
class Seer:
    def __init__(self, client): self.client = client
    def see(self, p): return [a.description for a in self.client.label_detection(image=p).label_annotations]
print('dog' if 'Dog' in Seer(make()).see('x') else 'no')
""",
    ),
    "getattr": (
        LABEL,
        4,
        "'dog'",
        """
from google.cloud import vision
client = vision.ImageAnnotatorClient()
r = getattr(client, 'label' + '_detection')(image={})
print('dog' if len(r.label_annotations) == 2 else 'no')
""",
    ),
    "wrapper passed as value": (
        LABEL,
        3,
        "'dog'",
        """
from google.cloud import vision
def ask(method, image): return method(image=image)
r = ask(vision.ImageAnnotatorClient().label_detection, {})
print('dog' if r.label_annotations[0].score > 0.8 else 'no')
""",
    ),
    "annotate_image with features": (
        LABEL,
        4,
        "'dog'",
        """
from google.cloud import vision
client = vision.ImageAnnotatorClient()
r = client.annotate_image({'image': {}, 'features': [{'type_': vision.Feature.Type.LABEL_DETECTION, 'max_results': 3}]})
print('dog' if r.label_annotations[0].description == 'Dog' else 'no')
""",
    ),
    "batch with request messages": (
        LABEL,
        6,
        "'dog'",
        """
from google.cloud import vision
client = vision.ImageAnnotatorClient()
features = [vision.types.Feature(type=vision.enums.Feature.Type.LABEL_DETECTION)]
requests = [vision.types.AnnotateImageRequest(image=vision.types.Image(), features=features)]
r = client.batch_annotate_images(requests).responses[0]
print('dog' if r.label_annotations[0].description == 'Dog' else 'no')
""",
    ),
    "async client": (
        LABEL,
        6,
        "'dog'",
        """
import asyncio
from google.cloud import vision
async def main():
    client = vision.ImageAnnotatorAsyncClient()
    r = await client.batch_annotate_images(requests=[{'image': {}, 'features': [{'type_': vision.Feature.Type.LABEL_DETECTION}]}])
    print('dog' if r.responses[0].label_annotations else 'no')
asyncio.run(main())
""",
    ),
    "MessageToDict": (
        LABEL,
        3,
        "'dog'",
        """
from google.cloud import vision; from google.protobuf.json_format import MessageToDict
r = vision.ImageAnnotatorClient().label_detection(image={})
d = MessageToDict(r._pb)
print('dog' if d['labelAnnotations'][0]['description'] == 'Dog' else 'no')
""",
    ),
    "to_json and back": (
        LABEL,
        4,
        "'dog'",
        """
from google.cloud import vision
import json
r = vision.ImageAnnotatorClient().label_detection(image={})
d = json.loads(vision.AnnotateImageResponse.to_json(r))
print('dog' if any(x['description'] == 'Dog' for x in d['labelAnnotations']) else 'no')
""",
    ),
    "REST by urllib": (
        LABEL,
        5,
        "'dog'",
        """
import json, urllib.request
body = json.dumps({'requests': [{'image': {}, 'features': [{'type': 'LABEL_DETECTION'}]}]}).encode()
q = urllib.request.Request('https://vision.googleapis.com/v1/images:annotate?key=K', data=body)
d = json.loads(urllib.request.urlopen(q).read().decode('utf8'))
print('dog' if 'labelAnnotations' in d['responses'][0] else 'no')
""",
    ),
    "REST by aiohttp": (
        LABEL,
        6,
        "'dog'",
        """
import aiohttp, asyncio
async def main():
    body = {'requests': [{'features': [{'type': 'LABEL_DETECTION'}]}]}
    async with aiohttp.ClientSession() as session:
        async with session.post(f'https://vision.googleapis.com/v1/images:annotate', json=body) as resp:
            d = await resp.json()
    print('dog' if d['responses'][0]['labelAnnotations'][0]['score'] > 0.5 else 'no')
asyncio.run(main())
""",
    ),
    "discovery": (
        LABEL,
        3,
        "'dog'",
        """
from googleapiclient import discovery
r = discovery.build('vision', 'v1').images().annotate(body={'requests': [{'features': [{'type': 'LABEL_DETECTION'}]}]}).execute()
print('dog' if r['responses'][0]['labelAnnotations'][0]['description'] == 'Dog' else 'no')
""",
    ),
    "object boxes": (
        "google.vision.object_localization",
        3,
        "'big'",
        """
from google.cloud import vision
r = vision.ImageAnnotatorClient().object_localization(image={})
for o in r.localized_object_annotations:
    v = o.bounding_poly.normalized_vertices
    print('big' if (v[2].x - v[0].x) * (v[2].y - v[0].y) > 0.2 else 'small')
""",
    ),
    "likelihood as number": (
        "google.vision.safe_search_detection",
        3,
        "'block'",
        """
from google.cloud import vision
s = vision.ImageAnnotatorClient().safe_search_detection(image={}).safe_search_annotation
print('block' if s.adult >= 4 and s.violence < vision.Likelihood.LIKELY and s.racy == 0 else 'ok')
""",
    ),
    "likelihood by a tuple of names": (
        "google.vision.face_detection",
        4,
        "'smile'",
        """
from google.cloud import vision
NAMES = ('UNKNOWN', 'VERY_UNLIKELY', 'UNLIKELY', 'POSSIBLE', 'LIKELY', 'VERY_LIKELY')
faces = vision.ImageAnnotatorClient().face_detection(image={}).face_annotations
for f in faces: print('smile' if NAMES[f.joy_likelihood] in ('LIKELY', 'VERY_LIKELY') else 'frown')
""",
    ),
    "likelihood name": (
        "google.vision.face_detection",
        3,
        "'smile'",
        """
from google.cloud import vision
f = vision.ImageAnnotatorClient().face_detection(image={}).face_annotations[0]
print('smile' if vision.Likelihood(f.joy_likelihood).name == 'VERY_LIKELY' and f.detection_confidence > 0.5 else 'frown')
""",
    ),
    "text": (
        "google.vision.text_detection",
        3,
        "'stop'",
        """
from google.cloud import vision
r = vision.ImageAnnotatorClient().document_text_detection(image={})
print('stop' if 'stop' in r.full_text_annotation.text.lower() and r.text_annotations[0].description.split()[0] == 'STOP' else 'go')
""",
    ),
    "web": (
        "google.vision.web_detection",
        3,
        "'dog'",
        """
from google.cloud import vision
w = vision.ImageAnnotatorClient().web_detection(image={}).web_detection
print('dog' if w.best_guess_labels[0].label == 'dog' and w.web_entities[0].score > 1 else 'no')
""",
    ),
    "colours": (
        "google.vision.image_properties",
        3,
        "'red'",
        """
from google.cloud import vision
p = vision.ImageAnnotatorClient().image_properties(image={}).image_properties_annotation
c = p.dominant_colors.colors[0]
print('red' if c.color.red > 2 * c.color.blue else 'other')
""",
    ),
    "sentiment": (
        "google.language.analyze_sentiment",
        3,
        "'bad'",
        """
from google.cloud import language_v1
r = language_v1.LanguageServiceClient().analyze_sentiment(request={'document': {'content': 'x'}})
print('bad' if r.document_sentiment.score < -0.25 and r.sentences[0].sentiment.score > 0 else 'good')
""",
    ),
    "entities": (
        "google.language.analyze_entities",
        3,
        "'person'",
        """
from google.cloud import language_v1
r = language_v1.LanguageServiceClient().analyze_entities(document={})
print('person' if language_v1.Entity.Type(r.entities[0].type_).name == 'PERSON' else 'no')
""",
    ),
    "categories by REST": (
        "google.language.classify_text",
        4,
        "'food'",
        """
import requests
KEY = 'k'
r = requests.post('https://language.googleapis.com/v1/documents:classifyText?key=' + KEY, json={'document': {'content': 'x'}}).json()
print('food' if r['categories'][0]['name'].startswith('/Food') else 'no')
""",
    ),
    "rekognition": (
        "aws.rekognition.detect_labels",
        4,
        "'animal'",
        """
import boto3
session = boto3.Session(profile_name='x')
labels = session.client('rekognition').detect_labels(Image={}, MaxLabels=5, MinConfidence=75)['Labels']
print('animal' if any(p['Name'] == 'Animal' for l in labels for p in l['Parents']) and not labels[0].get('Instances') else 'no')
""",
    ),
    "faces": (
        "aws.rekognition.detect_faces",
        3,
        "'smile'",
        """
import boto3
f = boto3.client(service_name='rekognition').detect_faces(Image={}, Attributes=['ALL'])['FaceDetails'][0]
print('smile' if f['Smile']['Value'] and max(f['Emotions'], key=lambda e: e['Confidence'])['Type'] == 'HAPPY' else 'no')
""",
    ),
    "words on a picture": (
        "aws.rekognition.detect_text",
        3,
        "'stop'",
        """
import boto3
d = boto3.client('rekognition').detect_text(Image={})
print('stop' if [t['DetectedText'] for t in d['TextDetections'] if t['Type'] == 'LINE'] == ['STOP'] else 'go')
""",
    ),
    "comprehend": (
        "aws.comprehend.detect_sentiment",
        3,
        "'bad'",
        """
import boto3
r = boto3.client('comprehend', 'us-east-1').detect_sentiment(Text='x', LanguageCode='en')
print('bad' if r['Sentiment'] == 'NEGATIVE' and r['SentimentScore']['Negative'] > 0.5 else 'good')
""",
    ),
    "comprehend entities": (
        "aws.comprehend.detect_entities",
        3,
        "'person'",
        """
import boto3
r = boto3.client('comprehend').detect_entities(Text='x', LanguageCode='en')
print('person' if {e['Type'] for e in r['Entities']} & {'PERSON'} else 'no')
""",
    ),
}


@pytest.mark.parametrize("style", STYLES)
def test_every_client_style_is_found_and_followed(style, tmp_path):
    api, line, printed, source = STYLES[style]
    (tmp_path / "app.py").write_text(source)
    program = load_program(tmp_path / "app.py")
    assert [(one.api, one.span.line) for one in program.sites] == [(api, line)]
    trace = program.run(
        program.entries[0], {}, {}, default={**{key: {} for key in api_ids()}, **ANSWERS}
    )
    assert trace.gaps == ()
    assert [one.key for one in trace.effects if one.kind == "print"] == [f"print {printed}"]
    assert trace.tests
    assert not [one for one in trace.assumptions if one.is_after_call]


def test_the_request_says_what_shapes_the_answer(tmp_path):
    (tmp_path / "app.py").write_text(STYLES["rekognition"][3])
    (site,) = load_program(tmp_path).sites
    assert (site.request.max_results, site.request.min_score) == (5, 0.75)


def test_a_local_function_of_the_same_name_is_no_api(tmp_path):
    (tmp_path / "app.py").write_text(
        "import boto3\n"
        "def detect_labels(x): return {'Labels': []}\n"
        "class A:\n"
        "    def detect_labels(self, x): return []\n"
        "    def go(self): return self.detect_labels(1)\n"
        "print(detect_labels(1), A().go())\n"
    )
    assert load_program(tmp_path).sites == ()


@pytest.mark.parametrize(
    ("line", "is_client"),
    [
        ("from settings.services import google_vision", True),
        ("from settings.services import vision as google_vision", True),
        ("from azure.cognitiveservices import vision as google_vision", False),
        ("from settings.services import screen as google_vision", False),
    ],
)
def test_a_client_of_a_module_that_is_not_there_is_known_by_its_name(tmp_path, line, is_client):
    (tmp_path / "app.py").write_text(f"""
from google.cloud.vision import Image
{line}
class Guard:
    @staticmethod
    async def check(data):
        safe = google_vision.safe_search_detection(image=Image(content=data)).safe_search_annotation
        return "hide" if safe.adult >= 4 else "show"
""")
    assert bool(analyze(tmp_path).processes) == is_client
