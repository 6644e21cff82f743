from collections import Counter, defaultdict
from google.cloud import vision

client = vision.ImageAnnotatorClient()

def crowd(path):
    with open(path, 'rb') as f:
        objs = client.object_localization(image=vision.Image(content=f.read())).localized_object_annotations
    c = Counter(o.name for o in objs)
    if c['Person'] > 3:
        return 'crowd'
    if c['Person'] == 0 and c['Car'] > 0:
        return 'parking'
    return 'normal'

print(crowd('a.jpg'))
