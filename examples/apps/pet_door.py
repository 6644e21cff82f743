"""A cat flap that opens for pets and stays shut for everybody else."""

import io
import sys

from google.cloud import vision

PETS = {"Dog", "Cat", "Pet"}


def is_pet(path):
    client = vision.ImageAnnotatorClient()
    with io.open(path, "rb") as f:
        content = f.read()
    response = client.label_detection(image=vision.Image(content=content))
    names = [label.description for label in response.label_annotations]
    return any(name in PETS for name in names)


def open_door(path):
    print(path + ": open")


def keep_shut(path):
    print(path + ": shut")


if __name__ == "__main__":
    for path in sys.argv[1:]:
        if is_pet(path):
            open_door(path)
        else:
            keep_shut(path)
