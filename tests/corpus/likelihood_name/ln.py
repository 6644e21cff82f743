from google.cloud import vision
from google.cloud.vision import enums

client = vision.ImageAnnotatorClient()

def happy(path):
    with open(path, 'rb') as f:
        image = vision.types.Image(content=f.read())
    faces = client.face_detection(image=image).face_annotations
    for face in faces:
        if enums.Likelihood(face.joy_likelihood).name in ('LIKELY', 'VERY_LIKELY'):
            return True
    return False

if happy('p.jpg'):
    print(':)')
else:
    print(':(')
