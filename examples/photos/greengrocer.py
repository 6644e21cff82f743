"""Where a crate goes: first fruit or vegetable, then which of them."""

from google.cloud import vision


def lane(content):
    client = vision.ImageAnnotatorClient()
    response = client.label_detection(image=vision.Image(content=content))
    names = [one.description for one in response.label_annotations]
    if "Fruit" in names:
        if "Apple" in names or "Pear" in names:
            return "pome"
        if "Melon" in names:
            return "melons"
        return "fruit"
    if "Vegetables" in names:
        if "Tomato" in names:
            return "tomatoes"
        return "vegetables"
    return "refuse"
