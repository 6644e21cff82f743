from google.cloud import vision
client = vision.ImageAnnotatorClient()
img = vision.Image()
img.source.image_uri = 'https://x/y.png'
labels = client.label_detection(image=img).label_annotations
if len(labels) > 1 and labels[1].description == 'Mammal':
    print('mammal')
else:
    print('something else')
