import argparse
import io
from google.cloud import vision

recyclable = ['plastic', 'glass', 'paper', 'metal', 'cardboard', 'aluminum can', 'bottle']
compost = ['food', 'fruit', 'vegetable', 'plant']

def localize(path):
    client = vision.ImageAnnotatorClient()
    with io.open(path, 'rb') as image_file:
        content = image_file.read()
    image = vision.types.Image(content=content)
    response = client.label_detection(image=image, max_results=15)
    return response.label_annotations

def classify(path):
    labels = localize(path)
    names = []
    for l in labels:
        names.append(l.description.lower())
    for r in recyclable:
        if r in names:
            return "recycle"
    for c in compost:
        if c in names:
            return "compost"
    return "trash"

if __name__ == '__main__':
    p = argparse.ArgumentParser()
    p.add_argument('image')
    args = p.parse_args()
    print(classify(args.image))
