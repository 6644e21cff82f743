from google.cloud import vision

client = vision.ImageAnnotatorClient()

def ok(path):
    with open(path, 'rb') as f:
        image = vision.Image(content=f.read())
    labels = [l.description for l in client.label_detection(image=image).label_annotations]
    text = client.text_detection(image=image).text_annotations
    if 'Receipt' in labels and len(text) > 0:
        return 'receipt'
    return 'no receipt'

print(ok('r.jpg'))
