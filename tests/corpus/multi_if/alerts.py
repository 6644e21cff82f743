import smtplib
from google.cloud import vision

client = vision.ImageAnnotatorClient()
server = smtplib.SMTP('smtp.gmail.com', 587)

def watch(path):
    with open(path, 'rb') as f:
        objects = client.object_localization(image=vision.Image(content=f.read())).localized_object_annotations
    names = [o.name.lower() for o in objects]
    if 'person' in names:
        server.sendmail('a', 'b', 'somebody is there')
    if 'car' in names or 'truck' in names:
        server.sendmail('a', 'b', 'a vehicle')
    if 'dog' in names:
        server.sendmail('a', 'b', 'a dog')

watch('cam.jpg')
