"""Four drawers for tops; the first that fits is used."""

from google.cloud import vision


def drawer(content):
    client = vision.ImageAnnotatorClient()
    names = [
        x.description for x in client.label_detection(image={"content": content}).label_annotations
    ]
    if "T-shirt" in names or "Polo" in names:
        return "first"
    if "Shirt" in names or "Blouse" in names:
        return "second"
    if "Longsleeve" in names or "Hoodie" in names:
        return "third"
    if "Outwear" in names or "Blazer" in names:
        return "fourth"
    return "none"
