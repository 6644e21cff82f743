"""A cloakroom takes coats, and only if the camera is fairly sure."""

from google.cloud import vision

COATS = ["Outwear", "Blazer", "Hoodie"]


def is_coat(photo):
    client = vision.ImageAnnotatorClient()
    for label in client.label_detection(image={"content": photo}, max_results=15).label_annotations:
        if label.score < 0.6:
            break
        if label.description in COATS:
            return True
    return False
