from google.cloud import vision
from PIL import Image, ImageDraw

def highlight(image_path, out):
    client = vision.ImageAnnotatorClient()
    with open(image_path, 'rb') as f:
        faces = client.face_detection(image=vision.Image(content=f.read()), max_results=4).face_annotations
    im = Image.open(image_path)
    draw = ImageDraw.Draw(im)
    for face in faces:
        box = [(v.x, v.y) for v in face.bounding_poly.vertices]
        draw.line(box + [box[0]], width=5, fill='#00ff00')
    im.save(out)
    print('Found {} face{}'.format(len(faces), '' if len(faces) == 1 else 's'))

highlight('a.jpg', 'b.jpg')
