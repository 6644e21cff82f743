"""A bird feeder that takes a photograph only when it is sure that a bird has come."""

import sys

from google.cloud import vision

THRESHOLD = 0.7


def bird_score(labels):
    for label in labels:
        if "bird" in label.description.lower().split() and label.score >= THRESHOLD:
            return True
    return False


client = vision.ImageAnnotatorClient()
for path in sys.argv[1:]:
    with open(path, "rb") as handle:
        response = client.label_detection(image=vision.Image(content=handle.read()))
    if bird_score(response.label_annotations):
        print("%s: take a photograph" % path)
    else:
        print("%s: wait" % path)
