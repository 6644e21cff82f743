"""Calls a guard when a bag stands on the floor of a hall: low in the picture."""

import sys

from google.cloud import vision

FLOOR = 0.7

client = vision.ImageAnnotatorClient()


def bags_on_the_floor(frame):
    things = client.object_localization(image=vision.Image(content=frame))
    return [
        thing
        for thing in things.localized_object_annotations
        if thing.name == "Bag" and thing.bounding_poly.normalized_vertices[2].y > FLOOR
    ]


with open(sys.argv[1], "rb") as picture:
    if bags_on_the_floor(picture.read()):
        print("guard: please look at hall 3")
    else:
        print("nothing left behind")
