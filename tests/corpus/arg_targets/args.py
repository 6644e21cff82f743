import argparse
from google.cloud import vision

parser = argparse.ArgumentParser()
parser.add_argument('image')
parser.add_argument('--target', default='Cat')
args = parser.parse_args()

client = vision.ImageAnnotatorClient()
with open(args.image, 'rb') as f:
    labels = client.label_detection(image=vision.Image(content=f.read())).label_annotations
for label in labels:
    if label.description == args.target:
        print('found')
        break
else:
    print('missing')
