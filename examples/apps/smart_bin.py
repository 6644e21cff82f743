"""A bin that looks at what you hold and opens the right lid."""

import sys

from google.cloud import vision

COMPOST = ["Food", "Fruit", "Vegetable", "Dessert"]
RECYCLE = ["Paper", "Glass", "Metal", "Plastic", "Cardboard", "Bottle"]
DONATE = ["Clothing", "Footwear", "Toy", "Book", "Musical instrument"]

client = vision.ImageAnnotatorClient()


def get_labels(path):
    with open(path, "rb") as picture:
        image = vision.Image(content=picture.read())
    response = client.label_detection(image=image)
    if response.error.message:
        raise RuntimeError(response.error.message)
    return response.label_annotations


def choose_lid(labels):
    for label in labels:
        if label.description in COMPOST:
            return "compost"
        if label.description in RECYCLE:
            return "recycle"
        if label.description in DONATE:
            return "donate"
    return "trash"


def main():
    for path in sys.argv[1:]:
        lid = choose_lid(get_labels(path))
        print(f"{path}: {lid}")


if __name__ == "__main__":
    main()
