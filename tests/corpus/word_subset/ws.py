from google.cloud import vision

wanted = [['red', 'car'], ['blue', 'bus']]

def hits(labels):
    for label in labels:
        words = set(label.description.lower().split(' '))
        for w in wanted:
            if set(w) <= words:
                return True
    return False

c = vision.ImageAnnotatorClient()
with open('a.jpg', 'rb') as f:
    print('hit' if hits(c.label_detection(image=vision.Image(content=f.read())).label_annotations) else 'miss')
