import json
from google.cloud import vision

with open('config.json') as fh:
    CONFIG = json.load(fh)

client = vision.ImageAnnotatorClient()

def room(path):
    with open(path, 'rb') as fh:
        labels = client.label_detection(image=vision.Image(content=fh.read()), max_results=CONFIG['max']).label_annotations
    found = {l.description for l in labels if l.score > CONFIG['threshold']}
    for name, wanted in CONFIG['rooms'].items():
        if all(w in found for w in wanted):
            return name
    return 'unknown'

print(room('r.jpg'))
