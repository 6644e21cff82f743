"""Items of a list inside an element, and the length of that list, agree in every answer."""

from chameleonapi.analysis import Budget, analyze

SOURCE = """
import boto3
faces = boto3.client("rekognition").detect_faces(Image={}, Attributes=["ALL"])["FaceDetails"]
tunes = {"HAPPY": "party", "SAD": "blues"}
print(tunes.get(faces[0]["Emotions"][0]["Type"], "radio"))
"""


def answer(*emotions):
    return {"FaceDetails": [{"Emotions": [{"Type": one} for one in emotions]}]}


def test_the_first_item_of_an_inner_list_decides(tmp_path):
    file = tmp_path / "app.py"
    file.write_text(SOURCE, encoding="utf-8")
    (process,) = analyze(file, budget=Budget(verification_answers=200)).processes
    happy, sad, other, none = (
        process.decide(answer(*one)).id for one in (["HAPPY"], ["SAD", "HAPPY"], ["FEAR"], [])
    )
    assert len({happy, sad, other, none}) == 4
