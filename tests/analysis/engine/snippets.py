"""Decisions in many styles: each is the body of ``decide(labels)`` of an application.

``labels`` is the list of label annotations. What is printed is compared with CPython.
"""

from analysis.engine.snippets_of_choices import CHOICES
from analysis.engine.snippets_of_language import LANGUAGE

HEAD = """
import sys
from google.cloud import vision
client = vision.ImageAnnotatorClient()
"""
TAIL = """
def main():
    labels = client.label_detection(image=vision.Image(content=b"")).label_annotations
    print(decide(labels))

if __name__ == "__main__":
    main()
"""

SNIPPETS = {**CHOICES, **LANGUAGE}
