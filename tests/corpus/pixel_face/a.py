from google.cloud import vision
client = vision.ImageAnnotatorClient()

def main(path):
    with open(path, 'rb') as f:
        faces = client.face_detection(image=vision.Image(content=f.read())).face_annotations
    for face in faces:
        v = face.bounding_poly.vertices
        w = v[1].x - v[0].x
        if abs(w) > 200 and face.detection_confidence > 0.7:
            return 'near'
    return 'far'
print(main('a.jpg'))
