from google.cloud import vision

client = vision.ImageAnnotatorClient()

def biggest(path):
    with open(path, 'rb') as f:
        objects = client.object_localization(image=vision.Image(content=f.read())).localized_object_annotations
    for obj in objects:
        if obj.name != 'Person':
            continue
        v = obj.bounding_poly.normalized_vertices
        area = (v[2].x - v[0].x) * (v[2].y - v[0].y)
        if area > 0.25:
            return 'too close'
    return 'ok'

print(biggest('a.jpg'))
