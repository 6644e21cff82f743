"""Chooses a washing program; the gentlest that is needed wins."""

from google.cloud import vision

PROGRAMS = [
    ("hand", ["Dress", "Skirt", "Blouse"]),
    ("dry", ["Outwear", "Blazer"]),
    ("gentle", ["Longsleeve", "Hoodie", "Shirt", "Polo"]),
    ("cotton", ["T-shirt", "Undershirt", "Pants", "Shorts", "Top"]),
]


def program(content):
    client = vision.ImageAnnotatorClient()
    names = [
        x.description
        for x in client.label_detection(image=vision.Image(content=content)).label_annotations
    ]
    for title, garments in PROGRAMS:
        if any(garment in names for garment in garments):
            return title
    return "off"
