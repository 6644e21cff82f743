from google.cloud import vision

client = vision.ImageAnnotatorClient()
with open('i.jpg', 'rb') as f:
    labels = client.label_detection(image=vision.Image(content=f.read())).label_annotations
for label in labels:
    if label.description == 'Cat' or 'Kitten':
        print('cat seen')
        break
else:
    print('no cat')
