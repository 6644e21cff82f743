from google.cloud import vision
import io

def analyse(path):
    vision_client = vision.ImageAnnotatorClient()
    with io.open(path, 'rb') as f:
        image = vision.types.Image(content=f.read())
    labels = vision_client.label_detection(image=image).label_annotations
    good = 0
    bad = 0
    for label in labels:
        if label.description in ['Salad', 'Vegetable', 'Fruit']:
            good += 1
        if label.description in ['Fast food', 'Junk food', 'Fried food']:
            bad += 1
    if good > bad:
        return 'healthy'
    else:
        return 'unhealthy'

print(analyse('plate.jpg'))
