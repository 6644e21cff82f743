"""A station with five slots, in the order of their worth."""

from google.cloud import vision


def slot(content):
    client = vision.ImageAnnotatorClient()
    response = client.label_detection(image=vision.Image(content=content))
    names = [label.description for label in response.label_annotations]
    if "Metal" in names:
        return 1
    elif "Glass" in names:
        return 2
    elif "Plastic" in names:
        return 3
    elif "Cardboard" in names:
        return 4
    elif "Paper" in names:
        return 5
    else:
        return 0
