"""Numbers that go out: points that tests add up to are no mere count of elements."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind, Status

HEAD = """
from google.cloud import vision
answer = vision.ImageAnnotatorClient().label_detection(image=vision.Image(content=b"x"))
labels = answer.label_annotations
"""


def process_of(tmp_path, body):
    file = tmp_path / "app.py"
    file.write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    (process,) = analyze(file, budget=Budget(verification_answers=300)).processes
    return process


POINTS = """
if not labels:
    print("nothing")
else:
    first, points = labels[0], 0
    if first.description == "Dog":
        points += 32
    if first.score > 0.9:
        points += 16
    if first.score > 0.7:
        points += 8
    if first.score > 0.5:
        points += 4
    if first.topicality > 0.5:
        points += 2
    if first.topicality > 0.2:
        points += 1
    print(f"points: {points}")
"""
COUNTED = """
if not labels:
    print("nothing")
elif any(one.description == "Dog" for one in labels):
    print(f"a dog among {len(labels)}")
else:
    print(f"{len(labels)} other things")
"""


@pytest.mark.parametrize(("body", "is_told"), [(POINTS, False), (COUNTED, True)])
def test_points_with_many_values_leave_a_gap(tmp_path, body, is_told):
    process = process_of(tmp_path, body)
    codes = [one.code for one in process.gaps]
    assert codes == ([] if is_told else ["printed-number"])
    assert process.status is (Status.COMPLETE if is_told else Status.PARTIAL)


def test_points_with_few_values_are_outcomes(tmp_path):
    process = process_of(
        tmp_path,
        """
        points = 0
        if labels and labels[0].description == "Dog":
            points += 2
        if labels and labels[0].score > 0.5:
            points += 1
        print(f"points: {points}")
        """,
    )
    assert process.status is Status.COMPLETE
    assert len(process.outcomes) == 4


FLAGS = """
def look(found):
    flags = [0] * 4
    for one in found:
        for i, shelf in enumerate(["Fruit", "Vegetable", "Drink", "Bread"]):
            if one.description == shelf:
                flags[i] = 1
    return flags

"""


def test_flags_that_are_printed_side_by_side_leave_nothing_out(tmp_path):
    body = FLAGS + textwrap.dedent(
        """
        def main():
            client = vision.ImageAnnotatorClient()
            image = vision.Image(content=b"x")
            flags = see(client, image)
            print(f"{flags[0]} {flags[1]} {flags[2]} {flags[3]}")

        def see(client, image):
            return look(client.label_detection(image=image).label_annotations)

        main()
        """
    )
    file = tmp_path / "app.py"
    file.write_text("from google.cloud import vision\n" + body, encoding="utf-8")
    (process,) = analyze(file, budget=Budget(verification_answers=300)).processes
    assert not process.gaps
    assert process.kind is Kind.MULTI_SELECT


def test_where_nothing_but_numbers_goes_out_it_is_not_said_that_nothing_is_decided(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(
        f"{HEAD}{FLAGS}a, b, c, d = look(labels)\nprint(f'{{a}} {{b}} {{c}} {{d}}')\n",
        encoding="utf-8",
    )
    report = analyze(file, budget=Budget(verification_answers=300))
    assert not report.calls_without_decision
    (call,) = report.calls_not_understood
    assert "printed-number" in {one.code for one in call.gaps}


def test_a_count_that_goes_out_alone_decides_nothing(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(f"{HEAD}print(len(labels), 'labels')\n", encoding="utf-8")
    report = analyze(file, budget=Budget(verification_answers=300))
    assert [one.api for one in report.calls_without_decision] == ["google.vision.label_detection"]


def test_a_mean_beside_an_empty_answer_is_still_about_values(tmp_path):
    process = process_of(
        tmp_path,
        """
        if not labels:
            print("empty")
        elif sum(one.score for one in labels) / len(labels) < 0.6:
            print("unsure")
        else:
            print("sure")
        """,
    )
    assert process.kind is Kind.VALUE_RANGES


@pytest.mark.parametrize("asked", ["one.description in ('Person', 'Man')", "True"])
def test_how_many_of_some_labels_there_are_is_more_than_an_echo(tmp_path, asked):
    source = f"""{HEAD}
count = 0
for one in labels:
    if {asked}:
        count += 1
print("counted", count)
"""
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=300))
    if asked == "True":
        assert not report.processes
        return
    (process,) = report.processes
    assert [one.code for one in process.gaps] == ["printed-number"]
    person, dog = {"description": "Person"}, {"description": "Dog"}

    def decided(*found):
        return process.decide({"labelAnnotations": list(found)}).id

    assert decided(dog) == decided() != decided(person) == decided(dog, person, person)
