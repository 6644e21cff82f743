import sys
from google.cloud import vision

def direction(path):
    client = vision.ImageAnnotatorClient()
    with open(path, 'rb') as f:
        response = client.face_detection(image=vision.Image(content=f.read()))
    if len(response.face_annotations) != 1:
        return 'one face please'
    face = response.face_annotations[0]
    if face.pan_angle > 20:
        return 'right'
    if face.pan_angle < -20:
        return 'left'
    return 'straight'

print(direction(sys.argv[1]))
