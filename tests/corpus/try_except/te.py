from google.cloud import vision
from google.api_core.exceptions import GoogleAPIError

client = vision.ImageAnnotatorClient()

def first_label(path):
    try:
        with open(path, 'rb') as f:
            labels = client.label_detection(image=vision.Image(content=f.read())).label_annotations
        return labels[0].description
    except IndexError:
        return 'empty'
    except GoogleAPIError:
        return 'error'

x = first_label('i.jpg')
if x == 'empty':
    print('no label')
elif x == 'Selfie':
    print('selfie!')
else:
    print('something')
