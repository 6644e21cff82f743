"""A lost-property office: shoes are filed as pairs or as single ones."""

import sys

from google.cloud import vision


def kind_of(path):
    client = vision.ImageAnnotatorClient()
    with open(path, "rb") as file:
        answer = client.object_localization(image=vision.Image(content=file.read()))
    shoes = sum(thing.name == "Footwear" for thing in answer.localized_object_annotations)
    if shoes > 1:
        return "pairs"
    if shoes == 1:
        return "single shoe"
    return "other"


if __name__ == "__main__":
    print(kind_of(sys.argv[1]))
