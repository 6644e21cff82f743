"""Sort the slides of a talk: those with something large on them, by what the picture is about."""

import os

from google.cloud import vision

WIDTH, HEIGHT = 1440, 1080


class Sorter:
    def __init__(self):
        self.client = vision.ImageAnnotatorClient()

    def sort(self, path):
        with open(path, "rb") as file:
            image = vision.Image(content=file.read())
        things = self.client.object_localization(image=image).localized_object_annotations
        labels = self.client.label_detection(image=image).label_annotations
        for thing in things:
            corners = thing.bounding_poly.normalized_vertices
            wide = (corners[2].x - corners[0].x) * WIDTH
            high = (corners[2].y - corners[0].y) * HEIGHT
            if thing.score >= 0.5 and wide >= 100 and high >= 100:
                return self.kind(labels)
        return "text"

    def kind(self, labels):
        about = " ".join(one.description.lower() for one in labels[:5])
        if "diagram" in about or "plot" in about:
            return "chart"
        return "picture"


if __name__ == "__main__":
    print(Sorter().sort(os.environ["SLIDE"]))
