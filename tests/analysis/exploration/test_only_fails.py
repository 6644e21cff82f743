"""A call whose answer only makes the application fail decides nothing beside another one."""

from chameleonapi.analysis import Budget, analyze

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
