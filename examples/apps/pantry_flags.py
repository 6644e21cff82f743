"""Keeps a list of what is in the pantry: one flag for each shelf."""

import sys

from google.cloud import vision

SHELVES = ["Fruit", "Vegetable", "Drink", "Baked goods"]


class Pantry:
    def __init__(self):
        self.client = vision.ImageAnnotatorClient()

    def look(self, path):
        with open(path, "rb") as f:
            response = self.client.label_detection(image={"content": f.read()})
        flags = [0] * len(SHELVES)
        for label in response.label_annotations:
            for i, shelf in enumerate(SHELVES):
                if label.description == shelf:
                    flags[i] = 1
        return flags


if __name__ == "__main__":
    pantry = Pantry()
    for path in sys.argv[1:]:
        fruit, vegetable, drink, bread = pantry.look(path)
        print(f"{path}: {fruit} {vegetable} {drink} {bread}")
