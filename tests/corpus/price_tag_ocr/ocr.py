import re
from google.cloud import vision

client = vision.ImageAnnotatorClient()

def read_price(path):
    with open(path, 'rb') as f:
        image = vision.Image(content=f.read())
    response = client.text_detection(image=image)
    texts = response.text_annotations
    if not texts:
        return None
    m = re.search(r'(\d+)[.,](\d\d)', texts[0].description)
    if m:
        return m.group(0)
    return None

p = read_price('tag.jpg')
if p is None:
    print('no price found')
else:
    print('price: ' + p)
