from enum import Enum
from google.cloud import vision


class Waste(Enum):
    PAPER = "paper"
    GLASS = "glass"
    REST = "rest"

    @classmethod
    def of(cls, name):
        lowered = name.lower()
        for member in cls:
            if member.value in lowered:
                return member
        return None


def detect(path):
    client = vision.ImageAnnotatorClient()
    with open(path, "rb") as f:
        for a in client.label_detection(image=vision.Image(content=f.read())).label_annotations:
            w = Waste.of(a.description)
            if w:
                return w
    return Waste.REST


print(detect("w.jpg").name)
