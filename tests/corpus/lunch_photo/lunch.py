"""Posts a photo of lunch, unless it shows what somebody at the table must not eat."""

import sys

from google.cloud import vision

NUTS = ["peanut", "walnut", "hazelnut", "cashew", "almond", "pistachio", "pecan", "nut butter"]
MILK = ("cheese", "butter", "cream", "milk", "yogurt", "dairy")


def has_milk(words):
    for word in MILK:
        if word in words:
            return True
    return False


def main(path):
    client = vision.ImageAnnotatorClient()
    with open(path, "rb") as file:
        answer = client.label_detection(image=vision.Image(content=file.read()))
    warning = "fine for everybody"
    for label in answer.label_annotations:
        name = label.description.lower()
        if any(nut in name for nut in NUTS):
            warning = "nuts"
            break
        if has_milk(name):
            warning = "milk"
            break
    print(warning)


main(sys.argv[1])
