from google.cloud import vision
import sys

client = vision.ImageAnnotatorClient()
with open(sys.argv[1], 'rb') as f:
    labels = client.label_detection(image=vision.Image(content=f.read())).label_annotations
certainty = 'no'
for l in labels:
    if l.description == 'Skin cancer' or l.description == 'Melanoma':
        if l.score > 0.9:
            certainty = 'high'
        elif l.score > 0.6:
            certainty = 'medium'
        else:
            certainty = 'low'
if certainty == 'high':
    print('see a doctor now')
elif certainty == 'medium':
    print('see a doctor')
elif certainty == 'low':
    print('watch it')
else:
    print('nothing')
