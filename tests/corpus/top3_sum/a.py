from google.cloud import vision
client = vision.ImageAnnotatorClient()
with open('a.jpg', 'rb') as f:
    labels = client.label_detection(image=vision.Image(content=f.read())).label_annotations
if sum(l.score for l in labels[:3]) > 2.5:
    print('clear picture')
else:
    print('take another one')
