from google.cloud import vision

TREE = {'Animal': {'Mammal': {'Dog': {}, 'Cat': {}}, 'Bird': {}}, 'Plant': {'Tree': {}}}

def names(tree):
    out = []
    for k, v in tree.items():
        out.append(k)
        out.extend(names(v))
    return out

living = names(TREE)
client = vision.ImageAnnotatorClient()
with open('a.jpg', 'rb') as f:
    labels = client.label_detection(image=vision.Image(content=f.read())).label_annotations
alive = False
for l in labels:
    if l.description in living:
        alive = True
print('alive' if alive else 'dead')
