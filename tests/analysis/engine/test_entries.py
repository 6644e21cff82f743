import json

import pytest

from chameleonapi.analysis.engine import load_program
from chameleonapi.analysis.trace import EffectLevel, End
from chameleonapi.apis import api_ids

LABEL = "google.vision.label_detection"
DEFAULT = {
    **{name: {} for name in api_ids()},
    LABEL: {"labelAnnotations": [{"description": "Dog", "score": 0.9}]},
}
SEE = """
from google.cloud import vision
def see(image): return [l.description for l in vision.ImageAnnotatorClient().label_detection(image=image).label_annotations]
"""

# what -> (entry, key of an effect at the entry's end, source)
ENTRIES = {
    "flask": (
        "upload",
        "flask.jsonify([0]['pet'] = True)",
        """
from flask import Flask, request, jsonify
app = Flask(__name__)
@app.route('/up', methods=['POST'])
def upload():
    if 'file' not in request.files: return jsonify(error='no file'), 400
    names = see(request.files['file'].read())
    return jsonify({'pet': 'Dog' in names})
if __name__ == '__main__': app.run()
""",
    ),
    "fastapi": (
        "upload",
        "upload answers ['pet'] = True",
        """
from fastapi import FastAPI, UploadFile, HTTPException
app = FastAPI()
@app.post('/up')
async def upload(file: UploadFile):
    data = await file.read()
    if not data: raise HTTPException(400)
    return {'pet': 'Dog' in see(data)}
""",
    ),
    "lambda": (
        "lambda_handler",
        "boto3.client('sns').publish(Message='pet', TopicArn='t')",
        """
import boto3
sns = boto3.client('sns')
def lambda_handler(event, context):
    for record in event['Records']:
        if 'Dog' in see(record['key']): sns.publish(TopicArn='t', Message='pet')
""",
    ),
    "django view": (
        "upload",
        "django.shortcuts.render(<unknown parameter request>, 'pet.html')",
        """
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
@csrf_exempt
def upload(request):
    if request.method == 'POST':
        page = 'pet.html' if 'Dog' in see(request.FILES['f'].read()) else 'none.html'
        return render(request, page)
    return render(request, 'form.html')
""",
    ),
    "class based view": (
        "Upload.post",
        "Upload.post answers 'pet'",
        """
from rest_framework.views import APIView
class Upload(APIView):
    def post(self, request, format=None):
        if not request.data: return 'bad'
        return 'pet' if 'Dog' in see(request.data['x']) else 'none'
""",
    ),
    "bot": (
        "on_photo",
        "parameter update.message.reply_text('a dog')",
        """
from telegram.ext import Updater, MessageHandler, Filters
def on_photo(update, context):
    if 'Dog' in see(update.message.photo[-1].get_file()):
        update.message.reply_text('a dog')
updater = Updater('T')
updater.dispatcher.add_handler(MessageHandler(Filters.photo, on_photo))
updater.start_polling()
""",
    ),
    "thread": (
        "<module>",
        "print 'dog'",
        """
import threading
def work(path):
    if 'Dog' in see(path): print('dog')
t = threading.Thread(target=work, args=('x',))
t.start()
t.join()
""",
    ),
    "thread class": (
        "<module>",
        "print 'dog'",
        """
import threading
class Watcher(threading.Thread):
    def __init__(self, path):
        super().__init__(daemon=True)
        self.path = path
    def run(self):
        if 'Dog' in see(self.path): print('dog')
w = Watcher('x')
w.start()
""",
    ),
    "camera loop": (
        "<module>",
        "gpio.output(7, True)",
        """
import cv2, gpio, time
cap = cv2.VideoCapture(0)
while True:
    ok, frame = cap.read()
    if not ok: break
    if 'Dog' in see(frame): gpio.output(7, True)
    if cv2.waitKey(1) & 0xFF == ord('q'): break
    time.sleep(1)
""",
    ),
    "argparse": (
        "<module>",
        "print 'dog' 0.5",
        """
import argparse, sys
def main(argv=None):
    p = argparse.ArgumentParser()
    p.add_argument('picture')
    p.add_argument('--min-score', type=float, default=0.5)
    args = p.parse_args(argv)
    if len(sys.argv) < 2:
        p.print_help()
        sys.exit(1)
    if 'Dog' in see(args.picture): print('dog', args.min_score)
if __name__ == '__main__': main()
""",
    ),
    "guards before the call": (
        "<module>",
        "print 'dog'",
        """
import os, sys
path = sys.argv[1]
if not os.path.exists(path):
    print('no such file')
else:
    ext = path.split('.')[-1]
    if ext in ('jpg', 'png') and os.path.getsize(path) < 10**6:
        if 'Dog' in see(path): print('dog')
""",
    ),
    "exit": (
        "<module>",
        "SystemExit(3)",
        """
import sys
sys.exit(3 if 'Dog' in see('x') else 0)
""",
    ),
}


@pytest.mark.parametrize("what", ENTRIES)
def test_every_kind_of_entry_reaches_its_decision(what, tmp_path):
    name, key, source = ENTRIES[what]
    (tmp_path / "app.py").write_text(SEE + source)
    program = load_program(tmp_path)
    entry = next(one for one in program.entries if one.name == name)
    assert program.entries.index(entry) == 0
    trace = program.run(entry, {}, {}, default=DEFAULT)
    assert trace.end in {End.RETURNED, End.EXITED}, trace
    assert key in [one.key for one in trace.effects if one.level is EffectLevel.EXTERNAL]
    assert [(one.expression.text, one.value) for one in trace.tests] == [
        ("description == 'Dog'", True)
    ]


def test_packages_relative_imports_and_data_files(tmp_path):
    package = tmp_path / "shop"
    (package / "eyes").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "eyes" / "__init__.py").write_text("from .see import see\n")
    (package / "eyes" / "see.py").write_text(SEE)
    (package / "rules.py").write_text(
        "import json, os\nfrom . import settings as S\nimport shop.eyes as e\n"
        "with open(os.path.join(os.path.dirname(__file__), 'words.json')) as f: WORDS = json.load(f)\n"
        "CSV = [row.strip().split(',') for row in open('words.csv')]\n"
        "def judge(p): return [k for k in WORDS if set(e.see(p)) & set(WORDS[k])] + [S.NONE, CSV[0][1]]\n"
    )
    (package / "settings.py").write_text("NONE = 'none'\n")
    (package / "words.json").write_text(json.dumps({"pet": ["Dog", "Cat"]}))
    (tmp_path / "words.csv").write_text("a,Lion\n")
    (tmp_path / "main.py").write_text("from shop.rules import *\nprint(judge('x'))\n")
    program = load_program(tmp_path)
    trace = program.run(program.entries[0], {}, {}, default=DEFAULT)
    assert program.entries[0].file == "main.py"
    assert [(one.span.file, one.span.line) for one in trace.sites] == [("shop/eyes/see.py", 3)]
    shown = [one.concrete for one in trace.effects if one.kind == "print"]
    assert shown == [f"print ['{w}'] = '{w}'" for w in ("pet", "none", "Lion")]
    assert {"Cat", "Lion", "pet"} <= set(program.literals)


def test_notebooks_and_python_2(tmp_path):
    cells = [
        {"cell_type": "markdown", "source": ["# x"]},
        {
            "cell_type": "code",
            "source": ["!pip install x\n", "%matplotlib inline\n", *SEE.splitlines(keepends=True)],
        },
        {"cell_type": "code", "source": "if 'Dog' in see('x'):\n    print('dog')"},
    ]
    (tmp_path / "book.ipynb").write_text(json.dumps({"cells": cells}))
    (tmp_path / "old.py").write_text(
        SEE + "try:\n    names = see('x')\nexcept Exception, e:\n    print e\n"
        "if 'Dog' in names:\n\tprint 'dog', 0777\nelse:\n\tprint >>f, 'none',\n"
    )
    program = load_program(tmp_path)
    assert {(one.span.file, one.api) for one in program.sites} == {
        ("book.ipynb", LABEL),
        ("old.py", LABEL),
    }
    assert [one.code for one in program.gaps] == ["repaired-source"]
    for entry in program.entries[:2]:
        trace = program.run(entry, {}, {}, default=DEFAULT)
        assert trace.effects[-1].key.startswith("print 'dog'")


def test_an_unknown_branch_is_an_assumption_that_the_caller_decides(tmp_path):
    (tmp_path / "app.py").write_text(
        SEE
        + "import weather\nnames = see('x')\nif weather.is_cold(): print('cold')\nelse: print('warm')\n"
        "if weather.guess(names[0]) > 3: print('guess')\n"
    )
    program = load_program(tmp_path)
    entry = program.entries[0]
    trace = program.run(entry, {}, {}, default=DEFAULT)
    cold, guess = trace.assumptions
    assert (cold.taken, cold.is_tainted, cold.is_after_call) == (True, False, True)
    assert guess.is_tainted
    other = program.run(entry, {}, {cold.key: False, guess.key: False}, default=DEFAULT)
    assert [one.key for one in other.effects if one.kind == "print"] == ["print 'warm'"]


def test_answers_are_given_by_place(tmp_path):
    (tmp_path / "app.py").write_text(SEE + "print('Dog' in see('x'))\nprint(len(see('y')))\n")
    program = load_program(tmp_path)
    (site,) = program.sites
    answer = {"labelAnnotations": [{"description": "Cat", "score": 0.1}]}
    trace = program.run(program.entries[0], {site.span: answer}, {}, default=DEFAULT)
    assert [one.key for one in trace.effects if one.kind == "print"] == ["print False"]
    (test,) = trace.tests
    (leaf,) = test.expression.leaves
    assert (leaf.collection, leaf.index, leaf.field) == ("labelAnnotations", 0, "description")
    assert test.expression.evaluate({leaf: "Dog"}) is True
    again = program.run(program.entries[0], {site.span: answer}, {}, default=DEFAULT)
    assert again.tests[0].expression is test.expression


def test_the_same_question_gets_the_same_answer_and_another_one_ends_the_run(tmp_path):
    (tmp_path / "app.py").write_text(
        SEE + "data = open('x.jpg', 'rb').read()\n"
        "print([t for t in ('Cat', 'Dog') if t in see(data)])\n"
        "print('again', 'Dog' in see(data))\nprint('other', see('another'))\n"
    )
    program = load_program(tmp_path)
    trace = program.run(program.entries[0], {}, {}, default=DEFAULT)
    shown = [one.key for one in trace.effects if one.kind == "print"]
    assert shown == ["print ['Dog'] = 'Dog'", "print 'again' True"]
