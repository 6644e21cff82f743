"""A second-hand shop files a garment under the first label it knows."""

from google.cloud import vision

SHELVES = {
    "T-shirt": "tees",
    "Polo": "tees",
    "Undershirt": "tees",
    "Shirt": "shirts",
    "Blouse": "shirts",
    "Longsleeve": "jumpers",
    "Hoodie": "jumpers",
    "Outwear": "coats",
    "Blazer": "coats",
    "Pants": "trousers",
    "Shorts": "trousers",
    "Dress": "dresses",
    "Skirt": "dresses",
    "Shoes": "shoes",
    "Hat": "hats",
}


def shelf(content):
    client = vision.ImageAnnotatorClient()
    for label in client.label_detection(image=vision.Image(content=content)).label_annotations:
        if label.description in SHELVES:
            return SHELVES[label.description]
    return "unsorted"
