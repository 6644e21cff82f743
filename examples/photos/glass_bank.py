"""Opens the bottle bank for glass only."""

from google.cloud import vision


def is_glass(photo):
    client = vision.ImageAnnotatorClient()
    for label in client.label_detection(image=vision.Image(content=photo)).label_annotations:
        if label.description == "Glass":
            return True
    return False
