"""A number that says how many there were is no outcome; the words around it are."""

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.exploration.counters import Counters, without_numbers
from chameleonapi.decision import Kind, Span, Status

PLACE = (0, "print", Span("app.py", 3))
HEAD = """
from google.cloud import vision
client = vision.ImageAnnotatorClient()
def main(path):
    n = 0
    image = vision.Image(content=open(path, 'rb').read())
    for one in client.object_localization(image=image).localized_object_annotations:
        if one.name == 'Person':
            n += 1
"""


def effect(text):
    return (*PLACE, text, "")


def learnt(text_of, most=12):
    counters = Counters()
    counters.learn(lambda count: [effect(text_of(count))], most)
    return counters


def test_only_the_number_that_counts_is_left_out():
    counters = learnt(lambda n: f"'3~5 ({n})'" if n < 6 else f"'11~ ({n - 1})'")
    assert counters.bare(effect("'3~5 (4)'")) == effect("'3~5 (#)'")
    assert counters.bare(effect("'11~ (40)'")) == effect("'11~ (40)'")  # is not the count
    assert counters.bare(effect("'2 of 7'")) == effect("'2 of 7'")


@pytest.mark.parametrize(
    "text_of",
    [lambda n: f"{min(n, 5)}", lambda n: f"{n * 10}", lambda n: f"{n}.5", lambda n: "3"],
)
def test_numbers_that_do_not_count_stay(text_of):
    counters = learnt(text_of)
    assert not counters
    assert counters.bare(effect(text_of(3))) == effect(text_of(3))


def test_few_counts_are_words():
    counters = learnt(lambda n: f"{n} seen" if n < 3 else "many")
    assert not counters


# what happens after the count -> outcomes
BODIES = {
    "bands beside the count": (
        "    print(f\"{'3~5' if n > 2 else '0~2'} ({n})\")",
        [(1, 2), (3, 9)],
    ),
    "the count and a branch": (
        "    print('There are', n, 'people')\n    if n > 4:\n        print('crowd')",
        [(0, 4), (5, 12)],
    ),
    "the count as data": (
        "    return {'status': 'busy' if n > 4 else 'quiet', 'people': n}",
        [(1, 4), (5, 12)],
    ),
}


@pytest.mark.parametrize("what", BODIES)
def test_answers_with_the_same_words_have_one_outcome(tmp_path, what):
    body, bands = BODIES[what]
    (tmp_path / "app.py").write_text(HEAD + body + "\n", encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=100)).processes
    assert process.kind is Kind.COUNT
    assert process.status is Status.COMPLETE

    def outcome(count):
        rows = [{"name": "Person", "score": 0.9}] * count
        return process.decide({"localizedObjectAnnotations": rows}).id

    ids = [{outcome(n) for n in range(low, high + 1)} for low, high in bands]
    assert all(len(one) == 1 for one in ids)
    assert len(set.union(*ids)) == len(bands)


def test_a_count_that_is_cut_is_a_decision(tmp_path):
    body = "    print(min(n, 3), 'stars')\n"
    (tmp_path / "app.py").write_text(HEAD + body, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=100)).processes
    assert len(process.outcomes) == 4


def test_a_dictionary_that_counts_names_shows_any_number_of_them():
    counters = learnt(lambda n: f"{{<answer>: {n}}}" if n else "{}")
    assert counters.bare(effect("{<answer>: 2, <answer>: 1}")) == effect("{<answer>: #}")
    assert counters.bare(effect("{<answer>: 2, 'none': 1}")) == effect("{<answer>: 2, 'none': 1}")


INSIDE = """
import boto3
answer = boto3.client("rekognition").detect_labels(Image={"Bytes": b"x"})
for label in answer["Labels"]:
    print(label["Name"])
    sure = [one for one in label["Instances"] if one["Confidence"] > 70]
    SHOWN
    if len(sure) == 2:
        print("a couple")
"""


@pytest.mark.parametrize("shown", ["print('instances:', len(sure))", "pass"])
def test_a_count_inside_an_element_decides_though_an_answer_seldom_shows_it(tmp_path, shown):
    (tmp_path / "app.py").write_text(INSIDE.replace("SHOWN", shown), encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=300)).processes
    assert process.verification.disagreements == 0
    one, two, three = (
        process.decide({"Labels": [{"Name": "Cat", "Instances": [{"Confidence": x} for x in row]}]})
        for row in ((90.0, 10.0, 5.0), (90.0, 80.0, 5.0), (90.0, 80.0, 75.0))
    )
    assert one.id == three.id != two.id
    assert "nested-list" in {gap.code for gap in process.gaps}  # of longer lists nothing is known


def test_two_ways_of_counting_what_is_shown_are_one_outcome(tmp_path):
    (tmp_path / "app.py").write_text("""
from google.cloud import vision
client = vision.ImageAnnotatorClient()
def tags(data):
    found = client.label_detection(image=vision.Image(content=data)).label_annotations
    kept = [label.description for label in found if label.score > 0.8]
    if not kept:
        kept = [label.description for label in found[:3]]
    print(f"Translating {len(kept)} words")
    return kept
""")
    report = analyze(tmp_path, budget=Budget(verification_answers=100))
    assert not report.processes
    assert len(report.calls_without_decision) == 1


def test_names_with_numbers_are_written_once():
    assert without_numbers("{<answer>: 2, <answer>: 1}") == without_numbers("{<answer>: 3}")
    assert without_numbers("{'a': 2, 'b': 1}") != without_numbers("{'a': 3}")
