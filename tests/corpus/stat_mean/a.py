import statistics
from google.cloud import vision
client = vision.ImageAnnotatorClient()
with open('a.jpg', 'rb') as f:
    faces = client.face_detection(image=vision.Image(content=f.read())).face_annotations
if faces:
    m = statistics.mean([f.detection_confidence for f in faces])
    print('good' if m > 0.8 else 'poor')
else:
    print('nobody')
