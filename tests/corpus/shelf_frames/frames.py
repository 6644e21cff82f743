"""Draws a frame around what belongs on a shelf, in the colour of its kind, and saves the photo."""

from google.cloud import vision
from PIL import Image, ImageDraw

FRAMES = {"Book": "navy", "Vase": "teal"}


def frame(path):
    client = vision.ImageAnnotatorClient()
    with open(path, "rb") as file:
        found = client.object_localization(image=vision.Image(content=file.read()))
    things = found.localized_object_annotations
    if len(things) > 0:
        photo = Image.open(path)
        pen = ImageDraw.Draw(photo)
        for thing in things:
            if thing.name in FRAMES:
                corners = thing.bounding_poly.normalized_vertices
                box = (corners[0].x, corners[0].y, corners[2].x, corners[2].y)
                pen.rectangle(box, outline=FRAMES[thing.name])
        photo.save("framed.png")


frame("shelf.png")
