"""Which of the household bins an object may go to."""

from google.cloud import vision

client = vision.ImageAnnotatorClient()


def bins(photo):
    labels = client.label_detection(image=vision.Image(content=photo)).label_annotations
    paper = glass = yellow = False
    for label in labels:
        name = label.description
        if name == "Paper" or name == "Cardboard":
            paper = True
        if name == "Glass":
            glass = True
        if name == "Plastic" or name == "Metal":
            yellow = True
    return [int(paper), int(glass), int(yellow)]
