from google.cloud import vision
from consts import *

client = vision.ImageAnnotatorClient()

def rate(uri):
    image = vision.Image()
    image.source.image_uri = uri
    labels = client.label_detection(image=image).label_annotations
    points = 0
    for label in labels:
        if label.score < LIMIT: continue
        if label.description in GOOD: points += 1
        elif label.description in BAD: points -= 1
    if points > 0:
        return 'green'
    elif points < 0:
        return 'red'
    return 'grey'

print(rate('gs://a/b'))
