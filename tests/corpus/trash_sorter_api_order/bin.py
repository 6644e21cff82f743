from google.cloud import vision
import sys

KINDS = {
    'Plastic': 'blue', 'Plastic bottle': 'blue', 'Paper': 'blue',
    'Food': 'green', 'Fruit': 'green', 'Vegetable': 'green',
    'Battery': 'red',
}

def sort_it(path):
    client = vision.ImageAnnotatorClient()
    img = vision.Image()
    img.content = open(path, 'rb').read()
    resp = client.label_detection(image=img)
    if resp.error.message:
        raise Exception(resp.error.message)
    for a in resp.label_annotations:
        kind = KINDS.get(a.description)
        if kind:
            return kind
    return 'black'

print(sort_it(sys.argv[1]))
