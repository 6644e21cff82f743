"""Printing what the lists inside an element hold decides nothing."""

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.exploration.inner_echoes import inner_echoes, inner_lists
from chameleonapi.decision import Kind, Span, Status

HERE, THERE, BEYOND = Span("app.py", 4), Span("app.py", 9), Span("app.py", 12)


def printed(text, span=HERE):
    return (0, "print", span, text, "")


def test_lists_that_hold_something_are_named():
    element = {
        "Name": "Dog",
        "Parents": [{"Name": "Pet"}],
        "Instances": [],
        "Box": {"Corners": [1]},
    }
    assert inner_lists(element) == {"Parents", "Box.Corners"}
    assert inner_lists("Dog") == frozenset()


def test_a_line_and_its_heading_come_with_the_list():
    line, head = printed("print <answer>"), printed("print 'parents:'", THERE)
    rows = [
        (frozenset({"Parents"}), frozenset({line, head})),
        (frozenset(), frozenset()),
        (frozenset({"Instances"}), frozenset({printed("print 'seen'", BEYOND)})),
    ]
    assert inner_echoes(rows) == {line[:3], head[:3]}


def test_what_some_lists_alone_lead_to_is_no_echo():
    line = printed("print <answer>")
    filled = frozenset({"Parents"})
    rows = [(filled, frozenset({line})), (filled, frozenset()), (frozenset(), frozenset())]
    assert inner_echoes(rows) == frozenset()
    assert inner_echoes([(filled, frozenset({line}))]) == frozenset()


SOURCE = """
import boto3
found = boto3.client("rekognition").detect_labels(Image={})
is_pet = False
for label in found["Labels"]:
    print("Label: " + label["Name"])
    print("Instances:")
    for seen in label["Instances"]:
        print("  Bounding box:")
        print("  Confidence: " + str(seen["Confidence"]))
    for parent in label["Parents"]:
        print("  " + parent["Name"])
        if parent["Name"] == "Pet":
            is_pet = True
print("pet" if is_pet else "no pet")
"""


def test_an_application_that_prints_all_and_asks_for_one_parent(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(SOURCE, encoding="utf-8")
    (process,) = analyze(file, budget=Budget(verification_answers=300)).processes
    assert (process.kind, process.status) == (Kind.TRUE_FALSE, Status.COMPLETE)

    def outcome(*parents, instances=0):
        label = {"Name": "Dog", "Confidence": 90.0}
        label["Instances"] = [{"Confidence": 90.0}] * instances
        return process.decide({"Labels": [label | {"Parents": [{"Name": p} for p in parents]}]}).id

    assert (
        outcome() == outcome("Animal") == outcome(instances=2) == process.decide({"Labels": []}).id
    )
    assert outcome("Pet") == outcome("Animal", "Pet", instances=1) != outcome()


LOGGED = """
import logging
import boto3

client = boto3.client("rekognition")
logger = logging.getLogger()

def handler(event, context):
    for label in client.detect_labels(Image=event["image"])["Labels"]:
        logger.info("Label: " + label["Name"])
        logger.info("Parents:")
        for parent in label["Parents"]:
            logger.info("   " + parent["Name"])
        logger.info("----------")
    for text in client.detect_text(Image=event["image"])["TextDetections"]:
        logger.info("Text: " + text["DetectedText"])
        logger.info("----------")
"""


def test_lines_of_a_log_decide_no_more_than_printed_ones(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(LOGGED, encoding="utf-8")
    report = analyze(file, budget=Budget(verification_answers=300))
    assert not report.processes
    assert len(report.calls_without_decision) == 2


CAPTIONS = """
import boto3

guests = boto3.client("rekognition").detect_faces(Image={}, Attributes=["ALL"])
for guest in guests["FaceDetails"]:
    text = "A guest who looks " + guest["Emotions"][0]["Type"].lower()
    if guest["Eyeglasses"]["Value"]:
        text += " through glasses"
    else:
        text += " without glasses"
    print(text)
"""


def test_what_is_said_in_two_ways_beside_data_of_an_inner_list_is_chosen(tmp_path):
    file = tmp_path / "captions.py"
    file.write_text(CAPTIONS, encoding="utf-8")
    (process,) = analyze(file, budget=Budget(verification_answers=300)).processes
    assert (process.kind, process.status) == (Kind.MULTI_SELECT, Status.COMPLETE)

    def outcome(*glasses):
        faces = [
            {"Eyeglasses": {"Value": one}, "Emotions": [{"Type": "CALM", "Confidence": 90.0}]}
            for one in glasses
        ]
        return process.decide({"FaceDetails": faces}).id

    assert len({outcome(True), outcome(False), outcome(True, False), outcome()}) == 4


def test_a_place_that_says_two_things_is_no_echo():
    filled = frozenset({"Emotions"})
    with_glasses = printed("print '<answer> through glasses'")
    rows = [
        (filled, frozenset({with_glasses})),
        (filled, frozenset({printed("print '<answer> without glasses'")})),
        (frozenset(), frozenset()),
    ]
    assert inner_echoes(rows) == frozenset()
    joined = [
        (filled, frozenset({printed("print '<answer>, <answer>'")})),
        (filled, frozenset({printed("print '<answer>'")})),
        (frozenset(), frozenset()),
    ]
    assert inner_echoes(joined) == {with_glasses[:3]}
