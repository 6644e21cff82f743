"""A quick look: is there produce among the first three labels?"""

from google.cloud import vision

PRODUCE = ("Produce", "Fruit", "Vegetables")


def looks_fresh(content):
    client = vision.ImageAnnotatorClient()
    labels = client.label_detection(image=vision.Image(content=content)).label_annotations
    for label in labels[:3]:
        if label.description in PRODUCE:
            return "weigh"
    return "scan"
