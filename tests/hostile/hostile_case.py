"""Applications that try to hang, grow, escape or run: how each is built, and how it must end.

Every application also holds an honest decision (``DECIDES``), so that a case cannot pass by
being thrown away unread. ``statuses`` are the words that may end it: those of a report, or the
name of the error that says what is wrong with the input. Nothing here is ever run by Python.
"""

from dataclasses import dataclass

CLIENT = """\
import os, sys, re, json, operator
from google.cloud import vision
client = vision.ImageAnnotatorClient()
labels = client.label_detection(image=vision.Image()).label_annotations
names = [one.description for one in labels]
"""
DECIDE = """\
if "Dog" in names:
    print("open")
else:
    print("shut")
"""
CASES = {}


@dataclass(frozen=True)
class Case:
    """One hostile application.

    Attributes:
        build: writes it into a folder; gets the folder outside that must not be touched too.
        statuses: how the analysis may end.
        decides: whether the decision on Dog must be found all the same.
    """

    name: str
    build: object
    statuses: tuple
    decides: bool = False


def case(*statuses, decides=False):
    def register(build):
        CASES[build.__name__] = Case(build.__name__, build, statuses, decides)
        return build

    return register


def source(name, text, *statuses, decides=False, before=False):
    """Register an application of one file: client, ``text``, decision."""

    def build(folder, outside):
        parts = text.replace("OUTSIDE", str(outside))
        whole = parts + "\n" + CLIENT + DECIDE if before else CLIENT + parts + "\n" + DECIDE
        (folder / "main.py").write_text(whole, encoding="utf-8")

    CASES[name] = Case(name, build, statuses, decides)


C, P, U = "COMPLETE", "PARTIAL", "UNSUPPORTED"
