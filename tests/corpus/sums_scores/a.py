from google.cloud import vision
client = vision.ImageAnnotatorClient()
with open('a.jpg', 'rb') as f:
    labels = client.label_detection(image=vision.Image(content=f.read())).label_annotations
animal = sum(l.score for l in labels if l.description in ('Dog', 'Cat', 'Bird'))
if animal > 1.2:
    print('zoo')
else:
    print('other')
