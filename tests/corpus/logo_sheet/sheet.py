"""Rows of a sheet about the logo in a picture, with a row for the lawyers if there is any."""

from google.cloud import vision

import archive

client = vision.ImageAnnotatorClient()


def rows_of(uri):
    image = vision.Image()
    image.source.image_uri = uri
    found = client.logo_detection(image=image)
    rows = []
    for logo in found.logo_annotations[:1]:
        rows.append({"what": "logo", "name": logo.description, "score": logo.score})
    if rows:
        rows.append({"what": "note", "name": "ask the lawyers"})
    return rows


def handle(uri):
    archive.store(uri, rows_of(uri))
