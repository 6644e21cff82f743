"""Does a recogniser see what the name of a file says? Which class that is, is not known."""

import sys

from google.cloud import vision

WANTED = ["bicycle", "bench", "lantern"]


def wanted_by(name):
    for one in WANTED:
        if one in name:
            return one
    return "street"


def check(path):
    client = vision.ImageAnnotatorClient()
    wanted = wanted_by(path)
    image = vision.Image()
    image.source.image_uri = path
    for label in client.label_detection(image=image).label_annotations:
        if label.description.lower() == wanted:
            return "hit"
    return "miss"


print(check(sys.argv[1]))
