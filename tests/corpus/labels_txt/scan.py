import os
from google.cloud import vision

HERE = os.path.dirname(os.path.abspath(__file__))

def load(name):
    with open(os.path.join(HERE, 'lists', name)) as f:
        return [line.strip() for line in f if line.strip()]

dangerous = load('dangerous.txt')
client = vision.ImageAnnotatorClient()

def scan(path):
    with open(path, 'rb') as f:
        objs = client.object_localization(image=vision.Image(content=f.read())).localized_object_annotations
    for o in objs:
        if o.name in dangerous and o.score > .5:
            return 'ALARM'
    return 'clear'

print(scan('bag.jpg'))
