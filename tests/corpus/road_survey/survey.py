"""Tell paved roads from others on pictures that are named by where they were taken."""

import os

from google.cloud import vision

client = vision.ImageAnnotatorClient()


def place(path):
    stem, _ = os.path.splitext(os.path.basename(path))
    latitude, longitude = map(float, stem.split("_"))
    return latitude, longitude


def look(path):
    latitude, longitude = place(path)
    with open(path, "rb") as picture:
        image = vision.Image(content=picture.read())
    labels = [one.description for one in client.label_detection(image=image).label_annotations]
    if latitude > 60:
        return "covered by snow"
    if "Asphalt" in labels or "Road" in labels:
        return "paved"
    return "unpaved"
