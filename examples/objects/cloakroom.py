"""A cloakroom that rings for somebody when a hat or a bag is surely on the counter."""

from google.cloud import vision

SURE = 0.7


def rings(picture, bell):
    client = vision.ImageAnnotatorClient()
    response = client.object_localization(image=vision.Image(content=picture))
    for thing in response.localized_object_annotations:
        if thing.score >= SURE and thing.name in ("Hat", "Bag"):
            bell.ring()
            return True
    return False
