"""Blocks pictures that are surely not wanted, and shows others to a person first."""

import sys

from google.cloud import vision


def verdict(content):
    client = vision.ImageAnnotatorClient()
    safe = client.safe_search_detection(image=vision.Image(content=content)).safe_search_annotation
    if safe.adult >= vision.Likelihood.LIKELY or safe.violence >= vision.Likelihood.LIKELY:
        return "blocked"
    if safe.racy >= vision.Likelihood.POSSIBLE:
        return "review"
    return "ok"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with open(name, "rb") as picture:
            print(f"{name}: {verdict(picture.read())}")
