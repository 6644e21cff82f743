"""Take or refuse avatars by how likely it is that something is wrong with them."""

from google.cloud import vision

client = vision.ImageAnnotatorClient()


def verdict(address):
    image = vision.Image()
    image.source.image_uri = address
    safe = client.safe_search_detection(image=image).safe_search_annotation
    if safe.adult + safe.violence + safe.racy > 9:
        return "refused"
    if safe.medical + safe.spoof >= 7:
        return "looked at by a person"
    return "taken"
