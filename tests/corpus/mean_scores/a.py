from google.cloud import vision
client = vision.ImageAnnotatorClient()
def run(p):
    with open(p, 'rb') as f:
        labels = client.label_detection(image=vision.Image(content=f.read())).label_annotations
    if not labels:
        return 'empty'
    avg = sum(l.score for l in labels) / len(labels)
    if avg < 0.6:
        return 'unsure'
    return 'sure'
print(run('a.jpg'))
