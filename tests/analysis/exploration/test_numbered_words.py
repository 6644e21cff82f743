"""Digits in a word of the source are part of the word; any other number may count elements."""

import textwrap

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.exploration.numbered_words import NumberedWords, with_digits

NUMBERS = "0123456789"


def test_digits_in_a_word_of_the_source_are_hidden_and_come_back():
    words = NumberedWords(["1f601", "faces/2.png", "v1.2", "12", "3.", "{}"])
    for text in ("open('e/1f601.png')", "open('faces/2.png')", "print 'v1.2'"):
        hidden = words.hide(text)
        assert not set(NUMBERS) & set(hidden)
        assert with_digits(hidden) == text


@pytest.mark.parametrize("text", ["print 'face0.png'", "print 12", "'3. dog'", "'7 of 12'", "'x'"])
def test_numbers_that_no_word_of_the_source_holds_stay(text):
    words = NumberedWords(["face", ".png", "12", "3.", " of "])
    assert words.hide(text) == text


@pytest.mark.parametrize("names", ["1f601 1f602 1f603", "faces/1.png faces/2.png faces/3.png"])
def test_a_picture_chosen_for_each_face_is_an_outcome_however_its_file_is_numbered(tmp_path, names):
    glad, glasses, other = names.split()
    source = f"""
        import boto3
        from PIL import Image

        def main(path):
            client = boto3.client("rekognition")
            with open(path, "rb") as file:
                found = client.detect_faces(Image={{"Bytes": file.read()}}, Attributes=["ALL"])
            picture = Image.open(path)
            for face in found["FaceDetails"]:
                if face["Smile"]["Value"]:
                    one = Image.open("{glad}")
                elif face["Eyeglasses"]["Value"]:
                    one = Image.open("{glasses}")
                else:
                    one = Image.open("{other}")
                box = face["BoundingBox"]
                picture.paste(one, (box["Left"], box["Top"]))
            picture.show()
    """
    (tmp_path / "app.py").write_text(textwrap.dedent(source))
    [process] = analyze(tmp_path, budget=Budget(verification_answers=100)).processes
    effects = [effect.text for outcome in process.outcomes for effect in outcome.effects]
    assert all(any(f"'{name}'" in text for text in effects) for name in names.split())

    def decided(**face):
        row = {name: {"Value": value} for name, value in face.items()}
        return process.decide({"FaceDetails": [row]})

    chosen = [decided(Smile=True, Eyeglasses=True), decided(Smile=False, Eyeglasses=True)]
    chosen.append(decided(Smile=False, Eyeglasses=False))
    assert len({str(one) for one in chosen}) == 3


def test_files_numbered_in_a_loop_are_no_outcomes(tmp_path):
    source = """
        import boto3
        from PIL import Image

        def main(path):
            client = boto3.client("rekognition")
            with open(path, "rb") as file:
                found = client.detect_faces(Image={"Bytes": file.read()})
            picture = Image.open(path)
            for number, face in enumerate(found["FaceDetails"]):
                box = face["BoundingBox"]
                picture.crop((box["Left"], box["Top"], 1, 1)).save(f"face{number}.png")
    """
    (tmp_path / "app.py").write_text(textwrap.dedent(source))
    report = analyze(tmp_path, budget=Budget(verification_answers=100))
    assert not report.processes
    assert len(report.calls_without_decision) == 1
