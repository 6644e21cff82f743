"""Calls behind a chain of comparisons with something unknown: each of them is found."""

from pathlib import Path

from chameleonapi.analysis import Budget, analyze

CHAIN = """
import json
import boto3
rekognition = boto3.client("rekognition")

def ask(image, name):
    if name == "labels":
        answer = rekognition.detect_labels(Image=image)
    elif name == "text":
        answer = rekognition.detect_text(Image=image)
    elif name == "faces":
        answer = rekognition.detect_faces(Image=image)
    elif name == "moderation":
        answer = rekognition.detect_moderation_labels(Image=image)
    elif name == "famous":
        answer = rekognition.recognize_celebrities(Image=image)  # an API that we do not know
    else:
        answer = rekognition.detect_labels(Image=image, MaxLabels=3)
    return answer

def handler(event, context):
    message = json.loads(event["Records"][0]["body"])
    image, name = message["image"], message["name"]
    if not (image and name):
        return {"status": 400}
    answer = ask({"Bytes": image}, name)
"""


def calls_of(folder: Path, tail: str) -> tuple[list[str], list[str], list[str]]:
    (folder / "app.py").write_text(CHAIN + tail, encoding="utf-8")
    report = analyze(folder, budget=Budget(verification_answers=60))
    assert not [one for one in report.gaps if one.code == "not-reached"]
    return (
        [one.api for one in report.processes],
        [one.api for one in report.calls_without_decision],
        [one.api for one in report.calls_not_understood],
    )


def test_each_end_of_a_chain_is_reached(tmp_path: Path) -> None:
    deciding, others, unknown = calls_of(tmp_path, "    print(answer)\n")
    assert deciding == unknown == []
    assert others == [
        "aws.rekognition.detect_labels",
        "aws.rekognition.detect_text",
        "aws.rekognition.detect_faces",
        "aws.rekognition.detect_moderation_labels",
        "aws.rekognition.detect_labels",
    ]


def test_what_each_end_decides_is_found(tmp_path: Path) -> None:
    deciding, others, unknown = calls_of(
        tmp_path,
        '    return "some" if any(isinstance(one, list) and one for one in answer.values()) else ""\n',
    )
    assert len(deciding) == 5, (deciding, others, unknown)
