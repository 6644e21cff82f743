import requests
from google.cloud import vision

AZ = 'https://westeurope.api.cognitive.microsoft.com/vision/v3.0/analyze'

def azure_tags(data):
    r = requests.post(AZ, data=data, headers={'Ocp-Apim-Subscription-Key': 'k'})
    return [t['name'] for t in r.json()['tags']]

def google_tags(data):
    c = vision.ImageAnnotatorClient()
    return [l.description.lower() for l in c.label_detection(image=vision.Image(content=data)).label_annotations]

data = open('x.jpg', 'rb').read()
if 'pizza' in google_tags(data):
    print('google says pizza')
else:
    print('google sees no pizza')
if 'pizza' in azure_tags(data):
    print('azure says pizza')
