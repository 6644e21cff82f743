"""Play a song, picked by chance, that goes with what is in the picture."""

import random
import sys

from google.cloud import vision

SONGS = {
    "waves": {"mood": "sea", "file": "waves.ogg"},
    "gulls": {"mood": "sea", "file": "gulls.ogg"},
    "pines": {"mood": "wood", "file": "pines.ogg"},
    "owls": {"mood": "wood", "file": "owls.ogg"},
}
WORDS = {"sea": {"Beach", "Ocean", "Sea"}, "wood": {"Forest", "Tree", "Woodland"}}


def mood_of(path):
    client = vision.ImageAnnotatorClient()
    with open(path, "rb") as file:
        answer = client.label_detection(image=vision.Image(content=file.read()))
    points = {mood: 0 for mood in WORDS}
    for label in answer.label_annotations:
        for mood, words in WORDS.items():
            if label.description in words:
                points[mood] += 1
    return max(points, key=points.get)


def pick(mood):
    return SONGS[random.choice([name for name, one in SONGS.items() if one["mood"] == mood])]


if __name__ == "__main__":
    print("playing", pick(mood_of(sys.argv[1])))
