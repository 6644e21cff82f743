from google.cloud import vision
client = vision.ImageAnnotatorClient()
def run(p):
    with open(p, 'rb') as f:
        objs = client.object_localization(image=vision.Image(content=f.read())).localized_object_annotations
    area = 0
    for o in objs:
        v = o.bounding_poly.normalized_vertices
        area += (v[2].x - v[0].x) * (v[2].y - v[0].y)
    if area > 0.5:
        print('crowded')
    if len(objs) > 4:
        print('many')
run('a.jpg')
