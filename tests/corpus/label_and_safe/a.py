from google.cloud import vision
client = vision.ImageAnnotatorClient()
BAD = (vision.Likelihood.LIKELY, vision.Likelihood.VERY_LIKELY)
def moderate(path):
    with open(path, 'rb') as f:
        image = vision.Image(content=f.read())
    safe = client.safe_search_detection(image=image).safe_search_annotation
    names = [l.description.lower() for l in client.label_detection(image=image).label_annotations]
    if safe.adult in BAD:
        return 'reject'
    if 'dog' in names or 'cat' in names:
        return 'pet'
    return 'other'
print(moderate('a.jpg'))
