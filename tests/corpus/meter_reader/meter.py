"""Reads a water meter from a photo, and tells whether the number can be one."""

import sys

from google.cloud import vision


def read(path):
    client = vision.ImageAnnotatorClient()
    with open(path, "rb") as file:
        answer = client.text_detection(image=vision.Image(content=file.read()))
    if not answer.text_annotations:
        return ""
    text = answer.text_annotations[0].description
    return "".join(one for one in text if one.isdigit())


digits = read(sys.argv[1])
if not digits:
    print("no number: take the photo again")
elif len(digits) != 8:
    print("a wheel is hidden")
else:
    print("thank you")
