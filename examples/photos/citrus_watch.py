"""Counts citrus on a shelf."""

from google.cloud import vision

CITRUS = {"Lemon", "Lime", "Orange", "Satsumas", "Red Grapefruit"}


def main(path):
    client = vision.ImageAnnotatorClient()
    with open(path, "rb") as file:
        image = vision.Image(content=file.read())
    names = set(x.description for x in client.label_detection(image=image).label_annotations)
    if not CITRUS.isdisjoint(names):
        print("citrus")
    else:
        print("other")
