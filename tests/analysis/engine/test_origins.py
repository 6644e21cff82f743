"""What is not known is told apart by what went into it: a choice between two is seen."""

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Status

HEAD = """
from google.cloud import vision
client = vision.ImageAnnotatorClient()
def labels(path):
    image = vision.Image(content=open(path, 'rb').read())
    return client.label_detection(image=image).label_annotations
"""
DOG = {"labelAnnotations": [{"description": "Dog", "score": 0.9}]}
CAT = {"labelAnnotations": [{"description": "Cat", "score": 0.9}]}

# what -> what main does before and after it knows whether there is a dog
PICKS = {
    "an image that is opened": (
        "picked = Image.open('plain.png')",
        "picked = Image.open('dog.png')",
        "things.paste(picked.resize((8, 8)))",
    ),
    "an image as large as what was found": (
        "picked = Image.open('plain.png')",
        "picked = Image.open('dog.png')",
        "for one in labels(path): things.paste(picked.resize((int(one.score * 8), 8)))",
    ),
    "a parameter": ("picked = low", "picked = high", "things.play(picked)"),
    "an attribute": ("picked = low.a", "picked = low.b", "things.play(picked)"),
    "an item": ("picked = low['a']", "picked = low['b']", "things.play(picked)"),
    "what is added to a parameter": ("picked = low", "picked = low + 10", "things.move(picked)"),
    "numbers in an array": (
        "picked = numpy.array([0, 0, 255])",
        "picked = numpy.array([0, 255, 0])",
        "things.draw(numpy.where(low > 3, low, picked))",
    ),
    "a time": (
        "picked = datetime.timedelta(days=1)",
        "picked = datetime.timedelta(days=7)",
        "things.schedule(picked)",
    ),
    "a word by chance": (
        "picked = ['hm', 'hi']",
        "picked = ['woof', 'bow']",
        "print(random.choice(picked))",
    ),
    "a setting": ("picked = 'A'", "picked = 'B'", "things.send(os.environ[picked])"),
    "a text with something unknown": (
        "picked = 'hello %s' % low",
        "picked = 'woof %s' % low",
        "things.send(picked.upper())",
    ),
    "an object": ("picked = Alert('none')", "picked = Alert('dog')", "things.send(picked)"),
    "a changed object": (
        "picked = Alert('none')",
        "picked.kind = 'dog'",
        "things.send({'alerts': [picked]})",
    ),
    "an object of a foreign class": (
        "picked = Foreign(kind='none')",
        "picked = Foreign(kind='dog')",
        "things.send(picked)",
    ),
    "a function": (
        "picked = lambda: 1",
        "picked = lambda: 2",
        "things.after(100, picked)",
    ),
    "what a function takes along": (
        "picked = 'hm'",
        "picked = 'woof'",
        "things.after(100, lambda: print(picked))",
    ),
    "what an inner function takes along": (
        "picked = 'hm'",
        "picked = 'woof'",
        "def run(): return picked\n    things.after(100, run)",
    ),
    "a setting for what comes after": (
        "picked = 'hm'",
        "picked = 'woof'",
        "os.environ['MODE'] = picked; os.system('./run')",
    ),
    "one of some words by chance": (
        "picked = ['hm', 'hi']",
        "picked = ['woof', 'bow']",
        "print(picked[random.randrange(len(picked))] + '!')",
    ),
    "a function with arguments": (
        "picked = functools.partial(sees, 'a')",
        "picked = functools.partial(sees, 'b')",
        "things.after(100, picked)",
    ),
    "a method": ("picked = Alert('a').run", "picked = Alert('b').run", "things.after(100, picked)"),
    "a range": ("picked = range(3)", "picked = range(7)", "things.send(picked)"),
    "an iterator": (
        "picked = (one for one in 'ab')",
        "picked = (one for one in 'abc')",
        "things.send(picked)",
    ),
    "something deep inside": (
        "picked = 1",
        "picked = 2",
        "things.send([[[[[[[[{'a': picked}]]]]]]]])",
    ),
    "an item under an unknown key": (
        "picked = {'on': False}",
        "picked[low] = True",
        "if picked['on']: print('on')",
    ),
}
IMPORTS = """
import datetime, functools, os, random
import lib, numpy, things
from PIL import Image
def sees(path): return any(one.description == 'Dog' for one in labels(path))
class Alert:
    def __init__(self, kind): self.kind = kind
    def run(self): pass
class Foreign(lib.Base): pass
"""


def look(tmp_path, body):
    (tmp_path / "app.py").write_text(HEAD + body, encoding="utf-8")
    return analyze(tmp_path, budget=Budget(verification_answers=60))


@pytest.mark.parametrize("what", PICKS)
def test_a_choice_between_things_that_are_not_known_is_a_decision(tmp_path, what):
    before, then, after = PICKS[what]
    report = look(
        tmp_path,
        f"{IMPORTS}\ndef main(path, low, high):\n    {before}\n    if sees(path): {then}\n    {after}\n",
    )
    (process,) = report.processes
    assert process.status is Status.COMPLETE
    assert process.decide(DOG).id != process.decide(CAT).id
    assert len(process.outcomes) <= 3  # where nothing is found, nothing may happen


# Data of the answer goes where it is not followed, and comes back.
RETURNS = {
    "a list of another library": (
        "kept = things.make_list()",
        "kept.append(one.description)",
        "'Dog' in kept",
    ),
    "a table of another library": (
        "kept = things.table()",
        "kept[one.description] = one.score",
        "kept['Dog'] > 0.5",
    ),
    "a data base": (
        "kept = things.connect().cursor()",
        "kept.execute('SELECT * FROM pets WHERE name = ?', (one.description,))",
        "kept.fetchone()",
    ),
    "a file": (
        "kept = open('found.txt', 'w')",
        "kept.write(one.description)",
        "'Dog' in open('found.txt').read()",
    ),
    "a file of data": (
        "import json",
        "json.dump([one.description], open('found.json', 'w'))",
        "'Dog' in json.load(open('found.json'))",
    ),
}


@pytest.mark.parametrize("what", RETURNS)
def test_what_was_given_the_answer_may_hold_it(tmp_path, what):
    before, then, test = RETURNS[what]
    report = look(
        tmp_path,
        f"import things\ndef main(path):\n    {before}\n    for one in labels(path):\n"
        f"        {then}\n    if {test}:\n        print('dog')\n",
    )
    assert report.status is not Status.COMPLETE
    assert not report.calls_without_decision
    assert "tainted-unknown" in {one.code for one in report.every_gap}


# What a loop does again and again is one outcome, however many elements there are.
ECHOES = {
    "drawing on what was drawn on": "y = top\n    for one in labels(path):\n"
    "        things.text(y, one.description)\n        y = y + 20",
    "an image that is drawn on": "picture = things.load()\n    for one in labels(path):\n"
    "        picture = things.draw(picture, one.description)\n    things.save(picture)",
    "rows below each other": "for i, one in enumerate(labels(path)):\n"
    "        things.text(top + 20 * i, one.description)",
}


@pytest.mark.parametrize("what", ECHOES)
def test_to_show_each_element_somewhere_is_no_decision(tmp_path, what):
    report = look(tmp_path, f"import things\ndef main(path, top):\n    {ECHOES[what]}\n")
    assert report.processes == ()
    assert len(report.calls_without_decision) == 1


def test_a_stream_without_end_shows_what_it_yields(tmp_path):
    report = look(
        tmp_path,
        """
def stream(path):
    while True:
        if any(one.description == 'Dog' for one in labels(path)):
            yield b'dog'
        else:
            yield b'none'
""",
    )
    (process,) = report.processes
    assert process.decide(DOG).id != process.decide(CAT).id


TAGS = """
from flask import Flask, jsonify, make_response
app = Flask(__name__)
@app.route('/tags')
def tags(path):
    names = [one.description for one in labels(path)]
    found = []
    if 'Dog' in names:
        found.append('dog')
    if 'Cat' in names:
        found.append('cat')
    RETURN
"""


@pytest.mark.parametrize(
    "end",
    [
        "return jsonify(found)",
        "return jsonify({'tags': found})",
        "return make_response(jsonify(found), 200)",
        "return {'tags': found}",
        "return {'name': path, 'tags': sorted(found)}",
    ],
)
def test_flags_that_a_call_was_given_are_not_told_again_by_what_it_returns(tmp_path, end):
    (tmp_path / "app.py").write_text(HEAD + TAGS.replace("RETURN", end))
    report = analyze(tmp_path, budget=Budget(verification_answers=200))
    (found,) = report.processes
    assert found.status is Status.COMPLETE
    assert found.kind.name == "MULTI_SELECT"
