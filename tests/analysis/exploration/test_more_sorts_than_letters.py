"""Where there are more sorts of elements than are looked at, records are judged on all sorts."""

import random
import textwrap

from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.exploration.alphabet import Alphabet, Letter
from chameleonapi.analysis.exploration.dimensions import LabelDimension
from chameleonapi.analysis.exploration.sampling import AnswerSource
from chameleonapi.apis import LIKELIHOODS, elements, get_api
from chameleonapi.decision import Kind, Status

FACES = get_api("google.vision.face_detection")
PATH = FACES.main.path


def alphabet_of(names, limit):
    dims = []
    for name in names:
        field = FACES.main.field(f"{name}Likelihood")
        dim = LabelDimension(field, LIKELIHOODS, frozenset(), is_open=False)
        dim.refine(range(len(LIKELIHOODS)))
        dims.append(dim)
    return Alphabet(FACES, {PATH: dims}, {}, limit)


def test_likelihoods_of_four_feelings_are_all_letters():
    alphabet = alphabet_of(("joy", "anger", "sorrow", "surprise"), limit=300)
    assert len(alphabet.letters) == len(LIKELIHOODS) ** 4
    assert not alphabet.is_cut
    assert not alphabet.cut


def test_of_five_feelings_random_answers_hold_what_is_no_letter():
    names = ("joy", "anger", "sorrow", "surprise", "headwear")
    alphabet = alphabet_of(names, limit=50)
    assert alphabet.cut == {PATH}
    assert 1 < len(alphabet.letters) <= 50
    source = AnswerSource(alphabet, seed=1)
    answers = [source.draw() for _ in range(50)]
    assert any(alphabet.word_of(one) is None for one in answers)
    assert any(alphabet.word_of(one) is not None and elements(one, PATH) for one in answers)


def test_any_letter_is_one_of_all():
    alphabet = alphabet_of(("joy", "anger"), limit=10)
    rng = random.Random(3)
    found = {alphabet.any_letter(PATH, rng) for _ in range(2_000)}
    assert found == {Letter(PATH, (i, j)) for i in range(6) for j in range(6)}


def test_the_strongest_of_four_feelings_is_found(tmp_path):
    (tmp_path / "app.py").write_text(
        textwrap.dedent("""
        from google.cloud import vision

        def mood(path):
            client = vision.ImageAnnotatorClient()
            image = vision.Image(content=open(path, "rb").read())
            for face in client.face_detection(image=image).face_annotations:
                found = {
                    "happy": face.joy_likelihood,
                    "angry": face.anger_likelihood,
                    "sad": face.sorrow_likelihood,
                    "startled": face.surprise_likelihood,
                }
                return max(found, key=found.get)
        """),
        encoding="utf-8",
    )
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=300)).processes
    assert process.status is Status.COMPLETE
    rng = random.Random(5)
    names = {"joy": "happy", "anger": "angry", "sorrow": "sad", "surprise": "startled"}
    outcomes = {}
    for _ in range(300):
        levels = {name: rng.randrange(len(LIKELIHOODS)) for name in names}
        face = {f"{name}Likelihood": LIKELIHOODS[level] for name, level in levels.items()}
        found = process.decide({"faceAnnotations": [face]}).id
        outcomes.setdefault(found, set()).add(max(levels, key=levels.get))
    assert sorted(map(sorted, outcomes.values())) == [["anger"], ["joy"], ["sorrow"], ["surprise"]]


def test_the_strongest_feeling_of_all_faces_is_found(tmp_path):
    (tmp_path / "app.py").write_text(
        textwrap.dedent("""
        from google.cloud import vision

        def mood(path):
            client = vision.ImageAnnotatorClient()
            image = vision.Image(content=open(path, "rb").read())
            best, found = 0, "none"
            for face in client.face_detection(image=image).face_annotations:
                if face.joy_likelihood > best:
                    best, found = face.joy_likelihood, "happy"
                if face.anger_likelihood > best:
                    best, found = face.anger_likelihood, "angry"
                if face.sorrow_likelihood > best:
                    best, found = face.sorrow_likelihood, "sad"
            return found
        """),
        encoding="utf-8",
    )
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=300)).processes
    assert process.status is Status.COMPLETE
    assert process.kind is Kind.VALUE_RANGES
    names = ("joy", "anger", "sorrow")
    rng = random.Random(9)
    outcomes = {}
    for _ in range(300):
        rows = [[rng.randrange(len(LIKELIHOODS)) for _ in names] for _ in range(rng.randint(0, 5))]
        best, wanted = 0, "none"
        for row in rows:
            for name, level in zip(names, row, strict=True):
                if level > best:
                    best, wanted = level, name
        faces = [
            {
                f"{name}Likelihood": LIKELIHOODS[level]
                for name, level in zip(names, row, strict=True)
            }
            for row in rows
        ]
        found = process.decide({"faceAnnotations": faces} if faces else {}).id
        outcomes.setdefault(found, set()).add(wanted)
    assert sorted(map(sorted, outcomes.values())) == [["anger"], ["joy"], ["none"], ["sorrow"]]
