"""Plays a tune for the strongest feeling that any face in the crowd shows."""

import sys

from google.cloud import vision

TUNES = {"": "silence", "joy": "polka", "anger": "march", "surprise": "fanfare"}


def feeling(faces):
    highest, name = vision.Likelihood.UNKNOWN, ""
    for face in faces:
        for one in ("joy", "anger", "surprise"):
            likelihood = getattr(face, one + "_likelihood")
            if likelihood > highest:
                highest, name = likelihood, one
    return name


def main():
    client = vision.ImageAnnotatorClient()
    with open(sys.argv[1], "rb") as file:
        image = vision.Image(content=file.read())
    response = client.face_detection(image=image)
    print("playing", TUNES[feeling(response.face_annotations)])


if __name__ == "__main__":
    main()
