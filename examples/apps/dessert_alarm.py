"""Looks at the table and says what to do, the most urgent thing first."""

import argparse

from google.cloud import vision

ORDERS = {
    "lock the kitchen": ["Dessert", "Confectionery"],
    "put the kettle on": ["Drink", "Drinkware"],
    "lay the table": ["Dish", "Fast food", "Seafood"],
    "water the plants": ["Flower", "Plant", "Tree"],
}


def detect(client, path):
    with open(path, "rb") as file:
        image = vision.Image(content=file.read())
    return [
        label.description.lower() for label in client.label_detection(image=image).label_annotations
    ]


def choose(found):
    for order, words in ORDERS.items():
        for word in words:
            if word.lower() in found:
                return order
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pictures", nargs="+")
    args = parser.parse_args()
    client = vision.ImageAnnotatorClient()
    for path in args.pictures:
        order = choose(detect(client, path))
        if order is None:
            print(f"{path}: do nothing")
        else:
            print(f"{path}: {order}")


if __name__ == "__main__":
    main()
