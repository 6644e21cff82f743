"""Long or short: what the best-scored garment is."""

from google.cloud import vision

LONG = ("Pants", "Longsleeve", "Hoodie", "Outwear", "Dress")
SHORT = ("Shorts", "T-shirt", "Skirt", "Polo", "Top")


def length(content):
    client = vision.ImageAnnotatorClient()
    best, top = None, 0.0
    for label in client.label_detection(image=vision.Image(content=content)).label_annotations:
        if label.description in LONG + SHORT and label.score > top:
            best, top = label.description, label.score
    if best in LONG:
        return "long"
    if best in SHORT:
        return "short"
    return "none"
