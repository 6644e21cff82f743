"""What a function returns is what its callers make of it."""

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Status

HELPER = """
from google.cloud import vision
client = vision.ImageAnnotatorClient()
def look(path):
    found = client.logo_detection(image=vision.Image(content=open(path, 'rb').read()))
    if found.logo_annotations:
        return {'logos': [one.description for one in found.logo_annotations], 'kind': 'ad'}
    return {'logos': [], 'kind': 'none'}
"""


def report_on(tmp_path, source):
    (tmp_path / "app.py").write_text(HELPER + source, encoding="utf-8")
    return analyze(tmp_path, budget=Budget(verification_answers=60))


def test_a_caller_that_only_shows_decides_nothing(tmp_path):
    source = """
def show(path):
    for one in look(path)['logos']:
        print(one)
"""
    body = HELPER.replace("'kind': 'ad'", "'kind': ''").replace("'kind': 'none'", "'kind': ''")
    (tmp_path / "app.py").write_text(body + source, encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=60))
    assert report.processes == ()
    assert report.status is Status.COMPLETE


def test_a_record_of_the_helper_says_that_its_callers_are_not_understood(tmp_path):
    source = """
import guess
def judge(path):
    for one in look(path)['logos']:
        if guess.is_known(one):
            return 'known'
    return 'unknown'
"""
    report = report_on(tmp_path, source)
    assert report.status is not Status.COMPLETE
    assert all(one.status is Status.PARTIAL for one in report.processes)


def test_a_helper_that_nothing_calls_speaks_for_itself(tmp_path):
    (process,) = report_on(tmp_path, "").processes
    assert process.status is Status.COMPLETE
    assert len(process.outcomes) == 2


UNREACHED = """
import boto3
client = boto3.client("rekognition")

def names(image):
    return [one["Name"] for one in client.detect_labels(Image=image)["Labels"]]

def is_cat(image):
    for one in client.detect_labels(Image=image, MaxLabels=3)["Labels"]:
        if one["Name"] == "Cat":
            return True
    return False

def count(image):
    print(len(client.detect_faces(Image=image)["FaceDetails"]), "faces")

def handler(event, context):
    raise NotImplementedError
    print(is_cat(event), "Dog" in names(event), count(event))
"""


def test_what_callers_that_never_run_would_make_of_an_answer_is_open(tmp_path):
    (tmp_path / "app.py").write_text(UNREACHED, encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=100))
    (process,) = report.processes
    assert process.status is Status.PARTIAL
    assert [one.code for one in process.gaps] == ["callers"]
    assert [one.line for one in report.calls_not_understood] == [6]
    # what returns nothing of the answer leaves nothing to its callers
    assert [one.line for one in report.calls_without_decision] == [15]


def test_what_a_framework_calls_back_has_no_callers(tmp_path):
    source = UNREACHED.replace(
        "def handler", "import tkinter\ntkinter.Button(command=is_cat)\ndef x"
    )
    (tmp_path / "app.py").write_text(source.split("    raise")[0] + "    pass\n", encoding="utf-8")
    process = next(iter(analyze(tmp_path, budget=Budget(verification_answers=100)).processes))
    assert process.status is Status.COMPLETE, process.gaps


def test_a_caller_that_may_decide_is_not_outvoted_by_one_that_only_shows(tmp_path):
    source = """
def shown(path):
    return [one.description for one in names(path)]

def names(path):
    found = client.logo_detection(image=vision.Image(content=open(path, 'rb').read()))
    return found.logo_annotations

def is_ours(path, brand):
    if names(path)[0].description == brand.title:
        return 'ours'
    return 'theirs'
"""
    body = HELPER[: HELPER.index("def look")]
    (tmp_path / "app.py").write_text(body + source, encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=60))
    assert report.status is not Status.COMPLETE
    assert not report.calls_without_decision
