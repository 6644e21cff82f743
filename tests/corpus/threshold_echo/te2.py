from google.cloud import vision

client = vision.ImageAnnotatorClient()
with open('a.jpg', 'rb') as f:
    for l in client.label_detection(image=vision.Image(content=f.read())).label_annotations:
        if l.score > 0.7:
            print(l.description)
