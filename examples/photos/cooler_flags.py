"""What has to go into which compartment of a cooler: a 0/1 list."""

from google.cloud import vision


def compartments(content):
    client = vision.ImageAnnotatorClient()
    answer = client.label_detection(image=vision.Image(content=content))
    flags = [0, 0, 0, 0]
    for label in answer.label_annotations:
        if label.description == "Milk":
            flags[0] = 1
        if label.description == "Yoghurt":
            flags[1] = 1
        if label.description == "Juice":
            flags[2] = 1
        if label.description in ("Sour Cream", "Sour Milk", "Oatghurt", "Soyghurt"):
            flags[3] = 1
    return flags
