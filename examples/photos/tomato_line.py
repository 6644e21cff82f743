"""Rejects everything but tomatoes, by a word in the label."""

from google.cloud import vision


def reject(content):
    client = vision.ImageAnnotatorClient()
    labels = client.label_detection(image=vision.Image(content=content)).label_annotations
    for label in labels:
        if "tomato" in label.description.lower():
            return False
    return True
