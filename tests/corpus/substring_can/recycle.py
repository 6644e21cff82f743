import sys
from google.cloud import vision

WORDS = ["can", "bottle", "paper", "tin"]

def recyclable(path):
    client = vision.ImageAnnotatorClient()
    with open(path, "rb") as f:
        response = client.label_detection(image=vision.Image(content=f.read()))
    for label in response.label_annotations:
        for word in WORDS:
            if word in label.description.lower():
                return True
    return False

print("Recycle" if recyclable(sys.argv[1]) else "Trash")
