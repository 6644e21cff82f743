from google.cloud import vision
import sys

LABELS = ['Meat', 'Fish', 'Vegetable', 'Fruit', 'Bread']

def vector(path):
    client = vision.ImageAnnotatorClient()
    with open(path, 'rb') as f:
        r = client.label_detection(image=vision.Image(content=f.read()))
    v = [0] * 5
    for a in r.label_annotations:
        if a.description in LABELS:
            v[LABELS.index(a.description)] = 1
    return v

print(vector(sys.argv[1]))
