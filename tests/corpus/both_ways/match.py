from google.cloud import vision

INGREDIENTS = ['tomato', 'potato', 'cheese', 'egg']

def have(path):
    client = vision.ImageAnnotatorClient()
    image = vision.Image()
    image.source.image_uri = path
    labels = client.label_detection(image=image).label_annotations
    res = []
    for ing in INGREDIENTS:
        for label in labels:
            d = label.description.lower()
            if ing in d or d in ing:
                res.append(ing)
                break
    return res

print(have('http://x/y.jpg'))
