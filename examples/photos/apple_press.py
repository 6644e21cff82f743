"""Lets only apples for cider onto the belt."""

from google.cloud import vision

CIDER = ["Royal Gala", "Pink Lady", "Red Delicious"]


def is_for_cider(content):
    client = vision.ImageAnnotatorClient()
    response = client.label_detection(image=vision.Image(content=content))
    if any(label.description in CIDER for label in response.label_annotations):
        return "press"
    return "shelf"
