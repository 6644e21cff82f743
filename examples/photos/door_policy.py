"""A club's door: shirts, blazers and dresses yes, sportswear no."""

from google.cloud import vision

YES = ("Shirt", "Blazer", "Dress", "Skirt", "Polo")
NO = ("T-shirt", "Undershirt", "Shorts", "Hoodie", "Hat")


def may_enter(photo):
    client = vision.ImageAnnotatorClient()
    names = [
        one.description
        for one in client.label_detection(image={"content": photo}).label_annotations
    ]
    dressed = any(name in YES for name in names)
    sporty = any(name in NO for name in names)
    return dressed and not sporty
