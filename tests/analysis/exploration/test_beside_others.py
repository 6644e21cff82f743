"""A call beside others that only shows its answer, or only fails without one, decides nothing."""

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Status

SOURCE = """
import boto3
comprehend = boto3.client('comprehend')
FACES = {'POSITIVE': 'glad', 'NEGATIVE': 'grim', 'NEUTRAL': 'calm', 'MIXED': 'odd'}
def handler(event, context):
    found = comprehend.detect_dominant_language(Text=event['text'])
    language = found['Languages'][0]['LanguageCode']
    mood = comprehend.detect_sentiment(Text=event['text'], LanguageCode=language)['Sentiment']
    return {'face': FACES[mood], 'language': language}
"""


def test_to_fail_without_an_element_is_no_decision(tmp_path):
    (tmp_path / "app.py").write_text(SOURCE, encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=60))
    assert [one.api for one in report.processes] == ["aws.comprehend.detect_sentiment"]
    assert [one.api for one in report.calls_without_decision] == [
        "aws.comprehend.detect_dominant_language"
    ]


SHOWN = """
from google.cloud import vision
client = vision.ImageAnnotatorClient()
def handler(request):
    answer = client.annotate_image({
        'image': {'content': request['image']},
        'features': [
            {'type_': vision.Feature.Type.IMAGE_PROPERTIES},
            {'type_': vision.Feature.Type.TEXT_DETECTION},
            {'type_': vision.Feature.Type.SAFE_SEARCH_DETECTION},
        ],
    })
    colors = answer.image_properties_annotation.dominant_colors.colors
    return {
        'colors': [f'rgb({one.color.red})' for one in colors],
        'has_text': bool(answer.text_annotations),
        'is_safe': answer.safe_search_annotation.adult == vision.Likelihood.VERY_UNLIKELY,
    }
"""


def test_to_show_what_there_is_beside_flags_is_no_flag(tmp_path):
    (tmp_path / "app.py").write_text(SHOWN, encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=60))
    kinds = {one.api.rpartition(".")[2]: one.kind.name for one in report.processes}
    assert kinds == {"text_detection": "TRUE_FALSE", "safe_search_detection": "VALUE_RANGES"}
    (silent,) = report.calls_without_decision
    assert silent.api == "google.vision.image_properties"


def test_another_call_matters_whose_labels_are_paths_that_are_taken_apart(tmp_path):
    (tmp_path / "app.py").write_text(
        """
from google.cloud import language_v1
client = language_v1.LanguageServiceClient()

def triage(text):
    document = {"content": text}
    mood = client.analyze_sentiment(document=document).document_sentiment
    topics = [one.name.split("/")[1] for one in client.classify_text(document=document).categories]
    if mood.score < -0.3 and "Finance" in topics:
        return "billing"
    return "urgent" if mood.score < -0.8 else "general"
""",
        encoding="utf-8",
    )
    sentiment, _ = analyze(tmp_path).processes
    assert sentiment.status is Status.COMPLETE
    upset = {"documentSentiment": {"score": -0.5}}
    about = {"categories": [{"name": "/Finance/Banking", "confidence": 0.9}]}
    assert sentiment.decide(upset).id == "general"
    assert sentiment.decide(upset | about).id == "billing"
