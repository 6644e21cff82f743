from google.cloud import vision

def best(path):
    client = vision.ImageAnnotatorClient()
    with open(path, 'rb') as f:
        objects = client.object_localization(image=vision.Image(content=f.read())).localized_object_annotations
    scores = {}
    for o in objects:
        scores[o.name] = o.score
    if not scores:
        return 'nothing'
    name = max(scores, key=scores.get)
    if name == 'Person':
        return 'greet'
    if name in ('Cat', 'Dog'):
        return 'feed'
    return 'ignore'

print(best('x.jpg'))
