"""Tells the store room when a shelf of bottles runs empty."""

import sys

from google.cloud import vision

client = vision.ImageAnnotatorClient()


def bottles_on(path):
    with open(path, "rb") as photo:
        image = vision.Image(content=photo.read())
    found = client.object_localization(image=image).localized_object_annotations
    return len([thing for thing in found if thing.name == "Bottle"])


for path in sys.argv[1:]:
    count = bottles_on(path)
    if count == 0:
        print(path, "empty: refill now")
    elif count < 2:
        print(path, "low: refill tonight")
    else:
        print(path, "well filled")
