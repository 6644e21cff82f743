"""Puts a sticker on a photograph: which one depends on the first face."""

import sys

from google.cloud import vision
from PIL import Image

client = vision.ImageAnnotatorClient()
CALM = Image.open("stickers/calm.png")
GLAD = Image.open("stickers/glad.png")
GRIM = Image.open("stickers/grim.png")


def pick(face):
    sticker = CALM
    if face.joy_likelihood >= vision.Likelihood.LIKELY:
        sticker = GLAD
    elif face.anger_likelihood >= vision.Likelihood.LIKELY:
        sticker = GRIM
    corner, opposite = face.bounding_poly.vertices[0], face.bounding_poly.vertices[2]
    return sticker.resize((opposite.x - corner.x, opposite.y - corner.y))


def main(path):
    photo = Image.open(path)
    with open(path, "rb") as file:
        faces = client.face_detection(image=vision.Image(content=file.read())).face_annotations
    if faces:
        photo.paste(pick(faces[0]), (0, 0))
    photo.save("out.png")


main(sys.argv[1])
