from google.cloud import vision

WEIGHTS = {'Food': 1.0, 'Dessert': 2.0, 'Fried food': 3.0}

def junk_score(path):
    client = vision.ImageAnnotatorClient()
    with open(path, 'rb') as f:
        ls = client.label_detection(image=vision.Image(content=f.read())).label_annotations
    total = 0.0
    for l in ls:
        total += WEIGHTS.get(l.description, 0) * l.score
    return total

if junk_score('a.jpg') > 2:
    print('junk')
else:
    print('fine')
