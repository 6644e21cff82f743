from google.cloud import vision
client = vision.ImageAnnotatorClient()
def kind(path):
    with open(path, 'rb') as f:
        objs = client.object_localization(image=vision.Image(content=f.read())).localized_object_annotations
    if not objs:
        return 'none'
    v = objs[0].bounding_poly.normalized_vertices
    w, h = v[2].x - v[0].x, v[2].y - v[0].y
    if h == 0:
        return 'flat'
    if w / h > 1.2:
        return 'landscape'
    return 'portrait'
print(kind('a.jpg'))
