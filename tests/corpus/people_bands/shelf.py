"""Sorts photographs of a stall into folders by how many people queue."""

import shutil
import sys

from google.cloud import vision

client = vision.ImageAnnotatorClient()


def people(path):
    with open(path, "rb") as file:
        found = client.object_localization(image=vision.Image(content=file.read()))
    return sum(1 for one in found.localized_object_annotations if one.name == "Person")


def folder_for(path):
    count = people(path)
    if count >= 5:
        folder = "5-or-more"
    elif count >= 2:
        folder = "2-to-4"
    else:
        folder = "up-to-1"
    print(f"{path}: {folder} ({count})")
    return folder


if __name__ == "__main__":
    shutil.move(sys.argv[1], folder_for(sys.argv[1]))
