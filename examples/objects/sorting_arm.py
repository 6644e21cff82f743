"""Which drawer an arm opens: that of the surest thing it knows."""

from google.cloud import vision

DRAWERS = {"Flower": 1, "Clock": 2, "Footwear": 3}


def drawer(picture):
    client = vision.ImageAnnotatorClient()
    answer = client.object_localization(image=vision.Image(content=picture), max_results=8)
    for thing in answer.localized_object_annotations:
        if thing.name in DRAWERS:
            return DRAWERS[thing.name]
    return 0
