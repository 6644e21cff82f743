"""Which parts of a salad are in the picture."""

from google.cloud import vision

PARTS = ["Tomato", "Pepper", "Cucumber", "Onion", "Carrots"]


def parts(content):
    client = vision.ImageAnnotatorClient()
    labels = client.label_detection(image=vision.Image(content=content)).label_annotations
    names = [label.description for label in labels]
    return [1 if part in names else 0 for part in PARTS]
