from google.cloud import vision
client = vision.ImageAnnotatorClient()

def main(path):
    with open(path, 'rb') as f:
        objs = client.object_localization(image=vision.Image(content=f.read())).localized_object_annotations
    for o in objs:
        xs = [v.x for v in o.bounding_poly.normalized_vertices]
        ys = [v.y for v in o.bounding_poly.normalized_vertices]
        width = max(xs) - min(xs)
        height = max(ys) - min(ys)
        if o.name == 'Car' and width * height >= 0.3:
            print('blocked')
            return
    print('free')
main('a.jpg')
