from google.cloud import vision

client = vision.ImageAnnotatorClient()

def is_document(path):
    with open(path, 'rb') as f:
        labels = client.label_detection(image=vision.Image(content=f.read())).label_annotations
    top = labels[:3]
    text = ' '.join([l.description for l in top]).lower()
    return 'text' in text or 'document' in text

if is_document('scan.jpg'):
    print('archive')
else:
    print('keep in gallery')
