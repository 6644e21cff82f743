from google.cloud import vision_v1
from google.cloud.vision_v1 import types, enums

client = vision_v1.ImageAnnotatorClient()

def check(path):
    with open(path, 'rb') as f:
        content = f.read()
    response = client.annotate_image({
        'image': {'content': content},
        'features': [{'type': enums.Feature.Type.LABEL_DETECTION}, {'type': enums.Feature.Type.SAFE_SEARCH_DETECTION}],
    })
    safe = response.safe_search_annotation
    if safe.adult >= 4:
        print('rejected')
        return
    for label in response.label_annotations:
        if label.description == 'Food':
            print('food photo')
            return
    print('other photo')

check('p.jpg')
