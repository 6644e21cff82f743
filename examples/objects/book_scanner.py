"""A page scanner that releases its shutter when a book fills enough of the picture."""

from google.cloud import vision

ENOUGH = 0.18


def area(thing):
    corners = thing.bounding_poly.normalized_vertices
    return (corners[2].x - corners[0].x) * (corners[2].y - corners[0].y)


def shutter(picture):
    client = vision.ImageAnnotatorClient()
    request = {"image": {"content": picture}}
    things = client.object_localization(**request).localized_object_annotations
    books = [thing for thing in things if thing.name == "Book"]
    if not books:
        return "waiting"
    if any(area(book) > ENOUGH for book in books):
        return "scan"
    return "move closer"
