import os
from dotenv import load_dotenv
from google.cloud import vision

load_dotenv()
TARGET = os.getenv('TARGET', 'Bicycle')

client = vision.ImageAnnotatorClient()
with open('a.jpg', 'rb') as f:
    objs = client.object_localization(image=vision.Image(content=f.read())).localized_object_annotations
if TARGET in [o.name for o in objs]:
    print('target')
else:
    print('no target')
