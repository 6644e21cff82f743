from google.cloud import vision

def labels_and_scores(path):
    client = vision.ImageAnnotatorClient()
    with open(path, 'rb') as f:
        la = client.label_detection(image=vision.Image(content=f.read())).label_annotations
    descriptions = [l.description for l in la]
    scores = [l.score for l in la]
    return dict(zip(descriptions, scores))

d = labels_and_scores('a.jpg')
if d.get('Water', 0) > 0.8:
    print('wet')
else:
    print('dry')
