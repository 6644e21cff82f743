from google.cloud import vision
from google.protobuf.json_format import MessageToDict

client = vision.ImageAnnotatorClient()

def food(path):
    with open(path, 'rb') as f:
        response = client.label_detection(image=vision.Image(content=f.read()))
    data = MessageToDict(response._pb)
    for item in data.get('labelAnnotations', []):
        if item['description'] == 'Food' and item['score'] > 0.75:
            return True
    return False

print('yum' if food('x.jpg') else 'not food')
