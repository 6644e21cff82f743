from google.cloud import vision

client = vision.ImageAnnotatorClient()

def only_food(path):
    with open(path, 'rb') as f:
        resp = client.label_detection(image=vision.Image(content=f.read()))
    for label in resp.label_annotations:
        if label.description != 'Food' and label.description != 'Dish':
            continue
        print('food')
        return True
    print('no food')
    return False

only_food('a.jpg')
