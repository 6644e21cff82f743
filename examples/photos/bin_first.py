"""A bin with three lids: the first label that names one opens it."""

from google.cloud import vision

FOOD = ["Food", "Produce", "Fruit", "Vegetables"]
MATERIAL = ["Plastic", "Glass", "Paper", "Cardboard", "Metal", "Carton"]
WORN = ["Clothing", "Shirt", "Pants", "Outwear", "Footwear", "Shoes", "T-shirt"]


def choose_lid(content):
    client = vision.ImageAnnotatorClient()
    labels = client.label_detection(image={"content": content}).label_annotations
    for label in labels:
        if label.description in FOOD:
            return "compost"
        if label.description in MATERIAL:
            return "recycling"
        if label.description in WORN:
            return "donation"
    return "waste"
