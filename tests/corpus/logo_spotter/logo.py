from google.cloud import vision
import sys

def run(path):
    client = vision.ImageAnnotatorClient()
    with open(path, 'rb') as f:
        img = vision.Image(content=f.read())
    logos = client.logo_detection(image=img).logo_annotations
    if len(logos) > 0 and logos[0].score > 0.6 and 'google' in logos[0].description.lower():
        print('It is ours')
    else:
        print('Not ours')

run(sys.argv[1])
