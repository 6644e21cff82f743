from google.cloud import vision

client = vision.ImageAnnotatorClient()
THRESH = 0.8
with open('a.jpg', 'rb') as f:
    r = client.label_detection(image=vision.Image(content=f.read()))
confident = list(filter(lambda x: x.score > THRESH, r.label_annotations))
words = [x.description.lower() for x in confident]
if len(set(words).intersection(['water', 'river', 'lake'])) >= 1:
    print('water')
else:
    print('land')
