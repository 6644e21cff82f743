from google.cloud import vision
import os

client = vision.ImageAnnotatorClient()
folder = 'photos'
for name in os.listdir(folder):
    with open(os.path.join(folder, name), 'rb') as f:
        labels = client.label_detection(image=vision.Image(content=f.read())).label_annotations
    word = labels[0].description.split()[0].lower() if labels else ''
    if word == 'dog':
        os.rename(os.path.join(folder, name), os.path.join('dogs', name))
    elif word == 'cat':
        os.rename(os.path.join(folder, name), os.path.join('cats', name))
