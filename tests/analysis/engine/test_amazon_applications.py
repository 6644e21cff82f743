"""What applications of Amazon's clients do with an answer, told from what they merely pass on."""

from __future__ import annotations

from pathlib import Path

import pytest

from chameleonapi.analysis import AnalysisReport, analyze
from chameleonapi.decision import Kind, Status

HEAD = """\
import json
import boto3
from decimal import Decimal
rekognition = boto3.client('rekognition')
comprehend = boto3.client('comprehend')
table = boto3.resource('dynamodb').Table('found')
IMAGE = {'S3Object': {'Bucket': 'b', 'Name': 'n'}}
"""


def report_of(folder: Path, body: str) -> AnalysisReport:
    (folder / "app.py").write_text(HEAD + body, encoding="utf-8")
    return analyze(folder)


def label(name: str, confidence: float = 99.0) -> dict[str, object]:
    return {"Name": name, "Confidence": confidence, "ParentName": ""}


def test_a_constant_beside_answer_data_in_json_is_an_outcome(tmp_path: Path) -> None:
    report = report_of(
        tmp_path,
        """
def handler(event, context):
    labels = [x['Name'] for x in rekognition.detect_labels(Image=IMAGE)['Labels']]
    kind = 'pet' if 'Dog' in labels else 'other'
    return {'statusCode': 200, 'body': json.dumps({'kind': kind, 'labels': labels})}
""",
    )
    (process,) = report.processes
    assert process.kind is Kind.TRUE_FALSE
    with_dog = process.decide({"Labels": [label("Dog")]})
    assert with_dog.id != process.decide({"Labels": [label("Cat")]}).id


@pytest.mark.parametrize("text", ["json.dumps(labels)", "str(labels)", "labels"])
def test_passing_on_every_label_decides_nothing(tmp_path: Path, text: str) -> None:
    report = report_of(
        tmp_path,
        f"""
def handler(event, context):
    labels = [x['Name'] for x in rekognition.detect_labels(Image=IMAGE)['Labels']]
    return {{'statusCode': 200, 'body': {text}}}
""",
    )
    assert report.processes == ()
    assert len(report.calls_without_decision) == 1


def test_a_text_that_grows_with_each_label_decides_nothing(tmp_path: Path) -> None:
    report = report_of(
        tmp_path,
        """
text = ''
for x in rekognition.detect_labels(Image=IMAGE)['Labels']:
    text += x['Name'] + ': ' + str(x['Confidence']) + '; '
print('Found ' + text)
""",
    )
    assert report.processes == ()


def test_a_decimal_compares_like_the_number_it_was_made_of(tmp_path: Path) -> None:
    report = report_of(
        tmp_path,
        """
found = rekognition.detect_moderation_labels(Image=IMAGE)['ModerationLabels']
scores = [Decimal(str(round(x['Confidence'], 2))) for x in found]
print('flagged' if any(one >= Decimal('80') for one in scores) else 'fine')
""",
    )
    (process,) = report.processes
    assert process.status is Status.COMPLETE
    low = process.decide({"ModerationLabels": [label("Violence", 79.9)]})
    high = process.decide({"ModerationLabels": [label("Violence", 80.0)]})
    assert low.id != high.id


def test_one_text_of_a_batch_is_answered_like_a_single_one(tmp_path: Path) -> None:
    report = report_of(
        tmp_path,
        """
found = comprehend.batch_detect_sentiment(TextList=['well'], LanguageCode='en')
print('sorry' if found['ResultList'][0]['Sentiment'] == 'NEGATIVE' else 'thanks')
""",
    )
    (process,) = report.processes
    assert process.api == "aws.comprehend.detect_sentiment"
    assert process.status is Status.COMPLETE
    assert process.decide({"Sentiment": "NEGATIVE"}).id != process.decide({"Sentiment": "MIXED"}).id


def test_a_batch_of_unknown_size_is_said_to_be_followed_in_part(tmp_path: Path) -> None:
    report = report_of(
        tmp_path,
        """
import sys
found = comprehend.batch_detect_sentiment(TextList=sys.argv[1:], LanguageCode='en')
print(sum(1 for one in found['ResultList'] if one['Sentiment'] == 'NEGATIVE') > 0)
""",
    )
    (process,) = report.processes
    assert process.status is Status.PARTIAL
    assert "several-inputs" in {one.code for one in process.gaps}


def test_an_action_after_an_empty_answer_is_a_decision(tmp_path: Path) -> None:
    report = report_of(
        tmp_path,
        """
found = rekognition.detect_moderation_labels(Image=IMAGE)
if found.get('ModerationLabels'):
    print('Flagged for', [x['Name'] for x in found['ModerationLabels']])
    boto3.client('s3').delete_object(Bucket='b', Key='n')
""",
    )
    (process,) = report.processes
    assert process.kind is Kind.TRUE_FALSE


def test_what_an_empty_answer_alone_says_is_a_decision(tmp_path: Path) -> None:
    report = report_of(
        tmp_path,
        """
row = {'text': 'No', 'labels': rekognition.detect_labels(Image=IMAGE)['Labels'][:1]}
if len(rekognition.detect_text(Image=IMAGE)['TextDetections']) > 0:
    row['text'] = 'Yes'
table.put_item(Item=row)
""",
    )
    decided = {one.api for one in report.processes}
    assert "aws.rekognition.detect_text" in decided


def test_the_pose_of_a_face_is_read(tmp_path: Path) -> None:
    report = report_of(
        tmp_path,
        """
faces = rekognition.detect_faces(Image=IMAGE)['FaceDetails']
if faces and abs(faces[0]['Pose']['Yaw']) > 35:
    print('turn')
""",
    )
    (process,) = report.processes
    assert process.status is Status.COMPLETE
    turned = process.decide({"FaceDetails": [{"Pose": {"Yaw": -50.0}}]})
    assert turned.id != process.decide({"FaceDetails": [{"Pose": {"Yaw": 10.0}}]}).id


def test_items_of_a_list_inside_an_element_are_counted_and_their_bound_is_said(
    tmp_path: Path,
) -> None:
    report = report_of(
        tmp_path,
        """
count = 0
for one in rekognition.detect_labels(Image=IMAGE)['Labels']:
    if one['Name'] == 'Cat':
        count += sum(1 for place in one['Instances'] if place['Confidence'] > 85)
print('many' if count > 1 else 'few')
""",
    )
    (process,) = report.processes
    assert {one.code for one in process.gaps} == {"nested-list"}
    cat = {"Name": "Cat", "Instances": [{"Confidence": 90.0}, {"Confidence": 91.0}]}
    two = process.decide({"Labels": [cat]})
    assert two.id != process.decide({"Labels": [{**cat, "Instances": [{"Confidence": 90.0}]}]}).id


def test_exceptions_that_are_raised_again_keep_their_places(tmp_path: Path) -> None:
    report = report_of(
        tmp_path,
        """
def check():
    try:
        faces = rekognition.detect_faces(Image=IMAGE)['FaceDetails']
        if not faces:
            raise ValueError('none')
        if len(faces) > 1:
            raise ValueError('many')
    except ValueError:
        raise
    return True
""",
    )
    (process,) = report.processes
    ids = {process.decide({"FaceDetails": [{}] * count}).id for count in (0, 1, 2)}
    assert len(ids) == 3


def test_a_module_that_was_not_handed_over_is_unknown_unless_its_absence_is_expected(
    tmp_path: Path,
) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "__init__.py").write_text("")
    (tmp_path / "pack" / "app.py").write_text(
        HEAD
        + """
from .settings import LIMIT
from . import tools
try:
    from .local import LEAST
except ImportError:
    LEAST = 70

def handler(event, context):
    tools.prepare(LIMIT)
    found = rekognition.detect_moderation_labels(Image=IMAGE)['ModerationLabels']
    return any(one['Confidence'] > LEAST for one in found)
""",
        encoding="utf-8",
    )
    (process,) = analyze(tmp_path).processes
    assert process.status is Status.COMPLETE
    above = process.decide({"ModerationLabels": [label("Violence", 71.0)]})
    assert above.id != process.decide({"ModerationLabels": [label("Violence", 70.0)]}).id


def test_a_dictionary_that_another_function_fills_is_unknown(tmp_path: Path) -> None:
    report = report_of(
        tmp_path,
        """
options = {}

def set_region(name):
    options['region'] = name

def check(event):
    client = boto3.client('rekognition', region_name=options['region'])
    return len(client.detect_faces(Image=IMAGE)['FaceDetails']) == 1
""",
    )
    (process,) = report.processes
    assert process.status is Status.COMPLETE
