"""Two lines that do the same are one effect; what only shows lists side by side is none."""

import textwrap

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.exploration.same_elsewhere import same_elsewhere
from chameleonapi.decision import Kind, Span

HEAD = """
from google.cloud import vision
client = vision.ImageAnnotatorClient()
image = vision.Image(content=open("a.jpg", "rb").read())
labels = client.label_detection(image=image).label_annotations
"""


def report_of(tmp_path, body):
    (tmp_path / "app.py").write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    return analyze(tmp_path, budget=Budget(verification_answers=200))


def key(line, text, kind="print"):
    return (0, kind, Span("app.py", line), text, "")


def test_the_first_place_stands_for_all():
    one, two, other = key(3, "print 'pet'"), key(7, "print 'pet'"), key(9, "print 'wild'")
    assert same_elsewhere([[two], [one, other]]) == {two: one}


def test_places_that_run_one_after_the_other_are_told_apart():
    one, two = key(3, "print 'yes'"), key(7, "print 'yes'")
    assert same_elsewhere([[two], [one]], [frozenset({one}), frozenset({two})]) == {two: one}
    assert not same_elsewhere([[two], [one, two]], [frozenset({one, two})])


def test_which_question_is_answered_by_yes_is_no_small_thing(tmp_path):
    (process,) = report_of(
        tmp_path,
        """
        names = [label.description for label in labels]
        print("glass?")
        print("yes" if "Glass" in names else "no")
        print("plastic?")
        if "Plastic" in names:
            print("yes")
        else:
            print("no")
        """,
    ).processes
    assert process.kind is Kind.MULTI_SELECT
    outcomes = [
        process.decide({"labelAnnotations": [{"description": one} for one in names]}).id
        for names in ([], ["Glass"], ["Plastic"], ["Glass", "Plastic"])
    ]
    assert len(set(outcomes)) == len(outcomes)


def test_data_and_exceptions_are_told_apart_by_their_places():
    rows = [[key(3, "print <answer>"), key(7, "print <answer>")]]
    assert not same_elsewhere([*rows, [key(3, "raise A", "raise"), key(4, "raise A", "raise")]])


def test_two_branches_that_print_one_text_are_one_outcome(tmp_path):
    (process,) = report_of(
        tmp_path,
        """
        for label in labels:
            if label.description == "Mug":
                print("paper")
            elif label.description == "Cup":
                print("paper")
            elif label.description == "Bottle":
                print("glass")
        """,
    ).processes
    assert process.kind is Kind.MULTI_SELECT
    paper = next(one for one in process.outcomes if "paper" in one.effects[0].text)
    assert [one.line for one in paper.effects[0].places] == [9, 11]
    outcomes = {
        name: process.decide({"labelAnnotations": [{"description": name, "score": 0.9}]}).id
        for name in ("Mug", "Cup", "Bottle")
    }
    assert outcomes["Mug"] == outcomes["Cup"] != outcomes["Bottle"]


def test_lists_of_several_calls_that_are_collected_decide_nothing(tmp_path):
    report = report_of(
        tmp_path,
        """
        found = []

        def collect(path):
            photo = vision.Image(content=open(path, "rb").read())
            for one in client.label_detection(image=photo).label_annotations:
                found.append(one.description)
            for one in client.text_detection(image=photo).text_annotations:
                found.append(one.description)

        collect("b.jpg")
        """,
    )
    assert not report.processes


def test_to_compute_another_form_of_a_colour_is_no_effect(tmp_path):
    report = report_of(
        tmp_path,
        """
        import colorsys

        def shades(path):
            photo = vision.Image(content=open(path, "rb").read())
            found = client.image_properties(image=photo).image_properties_annotation
            rows = []
            for one in found.dominant_colors.colors:
                h, s, v = colorsys.rgb_to_hsv(one.color.red, one.color.green, one.color.blue)
                rows.append({"hsv": {"h": h, "s": s, "v": v}, "score": one.score})
            return {"colours": rows}
        """,
    )
    assert not report.processes
    assert len(report.calls_without_decision) == 2
