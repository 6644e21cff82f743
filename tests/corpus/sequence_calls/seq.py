from google.cloud import vision
import sys

client = vision.ImageAnnotatorClient()

def describe(path):
    with open(path, 'rb') as f:
        image = vision.Image(content=f.read())
    faces = client.face_detection(image=image).face_annotations
    if faces:
        print('a portrait')
        return
    objs = client.object_localization(image=image).localized_object_annotations
    if any(o.name == 'Car' for o in objs):
        print('a car')
    else:
        print('a landscape')

describe(sys.argv[1])
