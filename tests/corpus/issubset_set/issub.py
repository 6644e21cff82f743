from google.cloud import vision

client = vision.ImageAnnotatorClient()
with open('a.jpg', 'rb') as f:
    response = client.label_detection(image=vision.Image(content=f.read()))
tags = set(map(lambda l: l.description, response.label_annotations))
if {'Wheel', 'Vehicle'}.issubset(tags):
    print('car')
else:
    print('not a car')
