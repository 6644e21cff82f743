import sys
from google.cloud import vision

def people(path):
    client = vision.ImageAnnotatorClient()
    with open(path, 'rb') as f:
        faces = client.face_detection(image=vision.Image(content=f.read())).face_annotations
    if len(faces) == 0:
        return False
    return [(f.bounding_poly.vertices[0].x, f.bounding_poly.vertices[2].x) for f in faces]

found = people(sys.argv[1])
if found:
    print('faces at', found)
else:
    print('empty')
