"""A flag is looked at on words that differ in the fields it goes by, and in nothing else."""

import itertools
from types import SimpleNamespace

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.exploration.alphabet import Letter
from chameleonapi.analysis.exploration.relevant_fields import RelevantFields
from chameleonapi.decision import Kind

LETTERS = [Letter("faces", bins) for bins in itertools.product((0, 1), repeat=5)]
ALPHABET = SimpleNamespace(letters=LETTERS)
WORDS = [(0, ()), *((0, (i,)) for i in range(32)), *((0, (i, 31 - i)) for i in range(32))]


def some_third(word):
    """Say whether any element has its third field set."""
    return any(LETTERS[one].bins[2] for one in word[1])


def test_words_of_two_letters_are_left_of_those_of_many():
    alone = RelevantFields(ALPHABET, some_third, WORDS)
    assert {one for _, letters in alone.words for one in letters} == {0, 4}
    assert all(alone.out(word) == some_third(word) for word in WORDS)


def test_fields_that_matter_beside_other_elements_are_kept():
    def differ(word):
        return len({LETTERS[one].bins[0] for one in word[1]}) > 1

    alone = RelevantFields(ALPHABET, differ, WORDS)
    assert alone.words == WORDS
    assert all(alone.out(word) == differ(word) for word in WORDS)


PROPERTIES = ("Smile", "Beard", "Eyeglasses", "Sunglasses", "Mustache")


def test_what_is_said_about_each_property_of_a_face_is_a_flag_of_its_own(tmp_path):
    lines = [
        "import boto3",
        "def look(event, context):",
        "    found = boto3.client('rekognition').detect_faces(Image=event['image'])",
        "    for face in found['FaceDetails']:",
    ]
    for one in PROPERTIES:
        lines += [f"        if face['{one}']['Value']:", f"            print('a {one} here')"]
    (tmp_path / "app.py").write_text("\n".join(lines), encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=100)).processes
    assert process.kind is Kind.MULTI_SELECT
    assert len(process.outcomes) == len(PROPERTIES)
    face = {one: {"Value": one in {"Beard", "Smile"}, "Confidence": 90.0} for one in PROPERTIES}
    members = process.decide({"FaceDetails": [face]}).id
    assert "smile" in members
    assert "beard" in members
    assert "mustache" not in members
    assert not process.verification.disagreements
