from google.cloud import vision

def detections(paths):
    client = vision.ImageAnnotatorClient()
    for p in paths:
        with open(p, 'rb') as f:
            yield p, client.label_detection(image=vision.Image(content=f.read())).label_annotations

def good(stream):
    for path, labels in stream:
        if next((l for l in labels if l.description == 'Smile'), None):
            yield path

for p in good(detections(['a.jpg'])):
    print('smiling:', p)
