import sys
from google.cloud import vision

client = vision.ImageAnnotatorClient()

def enough_faces(path, n=2):
    with open(path, 'rb') as f:
        faces = client.face_detection(image=vision.Image(content=f.read())).face_annotations
    return len(faces) >= n

if not enough_faces(sys.argv[1]):
    sys.exit('need two people')
print('thank you')
