"""Which plates of a platter are needed: several may be."""

from google.cloud import vision

PLATES = {
    "round": {"Apple", "Orange", "Satsumas", "Peach", "Nectarine", "Plum"},
    "long": {"Banana", "Melon", "Pineapple", "Papaya"},
    "small": {"Kiwi", "Lime", "Lemon", "Passion Fruit"},
    "pear": {"Pear", "Avocado", "Mango"},
}


def plates(content):
    answer = vision.ImageAnnotatorClient().label_detection(image={"content": content})
    names = {label.description for label in answer.label_annotations}
    return {plate: bool(names & fruit) for plate, fruit in PLATES.items()}
