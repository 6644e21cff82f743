"""Projects of several files, and roots that only a framework calls: each decides the same."""

import json

import pytest

from chameleonapi.analysis import analyze

CALL = "from google.cloud import vision\nclient = vision.ImageAnnotatorClient()\n"
LABELS = "client.label_detection(image=vision.Image(content=b'')).label_annotations"
RULES = """
def check(labels):
    for one in labels:
        if one.description == 'Dog':
            return 'dog'
    return 'none'
"""
API = f"{CALL}def labels():\n    return {LABELS}\n"
PRINT = "print(check(labels()))\n"


def _single(code):
    return {"main.py": CALL + RULES + code}


def _list(load, **files):
    code = f"\nhit = any(one.description in WANTED for one in {LABELS})\nprint('yes' if hit else 'no')\n"
    return {"main.py": CALL + load + code, **files}


def _notebook(*cells):
    return {
        "book.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": c} for c in cells]})
    }


PROJECTS = {
    "folder on sys.path": {
        "lib/api.py": API,
        "lib/rules.py": RULES,
        "main.py": "import sys\nsys.path.append('./lib')\nfrom api import labels\nfrom rules import check\n"
        + PRINT,
    },
    "import with a stand-in": {
        "api.py": API,
        "rules.py": RULES,
        "main.py": "try:\n    from fast_rules import check\nexcept ImportError:\n    from rules import check\n"
        "from api import labels\n" + PRINT,
    },
    "import by name": {
        "api.py": API,
        "rules.py": RULES,
        "main.py": "import importlib\nrules = importlib.import_module('rules')\n"
        "print(rules.check(__import__('api').labels()))\n",
    },
    "re-exported": {
        "pkg/__init__.py": "from .api import labels\nfrom .rules import *\n",
        "pkg/api.py": API,
        "pkg/rules.py": RULES,
        "main.py": "import pkg\nprint(pkg.check(pkg.labels()))\n",
    },
    "Django view": _single(
        f"from django.http import JsonResponse\ndef view(request):\n    return JsonResponse({{'is': check({LABELS})}})\n"
    ),
    "Django class": _single(
        "from django.views import View\nfrom django.http import HttpResponse\nclass Look(View):\n"
        f"    def post(self, request):\n        return HttpResponse(check({LABELS}))\n"
    ),
    "FastAPI dependency": _single(
        "from fastapi import APIRouter, Depends\nrouter = APIRouter()\ndef made():\n"
        "    return vision.ImageAnnotatorClient()\n@router.post('/x')\nasync def look(c=Depends(made)):\n"
        "    return {'is': check(c.label_detection(image=None).label_annotations)}\n"
    ),
    "schedule": _single(
        f"import schedule, time\ndef job():\n    print(check({LABELS}))\nschedule.every(9).seconds.do(job)\n"
        "while True:\n    schedule.run_pending()\n    time.sleep(1)\n"
    ),
    "callback beside an endless loop": _single(
        f"import RPi.GPIO as GPIO\ndef pressed(channel):\n    GPIO.output(3, check({LABELS}) == 'dog')\n"
        "GPIO.add_event_detect(4, GPIO.FALLING, callback=pressed)\nwhile True: pass\n"
    ),
    "executor": _single(
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor() as pool:\n"
        f"    print(pool.submit(lambda: check({LABELS})).result())\n"
    ),
    "dotenv": _list(
        "from dotenv import dotenv_values\nWANTED = dotenv_values('.env')['PETS'].split(',')",
        **{".env": "PETS=Dog,Cat\n"},
    ),
    "decouple": _list("from decouple import config\nWANTED = config('PETS', default='Dog,Cat')"),
    "INI": _list(
        "import configparser\nc = configparser.ConfigParser()\nc.read('pets.ini')\n"
        "WANTED = c['pets']['names'].split(',')",
        **{"pets.ini": "[pets]\nnames = Dog,Cat\n"},
    ),
    "TOML": _list(
        "import toml\nWANTED = toml.load('pets.toml')['pets']",
        **{"pets.toml": 'pets = ["Dog", "Cat"]\n'},
    ),
    "notebook with magics": _notebook(
        "!pip install x\n%matplotlib inline\n" + CALL,
        "%%bash\nls",
        RULES,
        f"files = !ls\n%time print(check({LABELS}))\ncheck??",
    ),
    "notebook that runs a command": _notebook(
        CALL + RULES,
        f"if check({LABELS}) == 'dog':\n    !espeak dog\nelse:\n    !espeak none",
    ),
    "notebook with a broken cell": _notebook(
        CALL + RULES, "this is no Python at all", f"print(check({LABELS}))"
    ),
    "Python 2 in one line": _single(
        f"hit = check({LABELS}) == 'dog'\nif hit: print 'a', \\\n    'dog'\nelse: print 'none'; x = 1\n"
    ),
    "Python 2 functions of string": _single(
        f"import string\nif 'dog' in [string.lower(one.description) for one in {LABELS}]:\n"
        "    print 'dog'\nelse:\n    print 'none'\n"
    ),
}


@pytest.mark.parametrize("name", PROJECTS)
def test_the_decision_is_found(name, tmp_path):
    for file, text in PROJECTS[name].items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text)
    report = analyze(tmp_path)
    assert report.processes, [one.message for one in report.every_gap]
    for process in report.processes:
        assert process.kind.name == "TRUE_FALSE"
        assert process.status.name == "COMPLETE", [one.message for one in process.gaps]
        accepted = {label for one in process.outcomes for label in one.accepts}
        assert "Dog" in {one.title() for one in accepted}
