from google.cloud import vision
import serial

port = serial.Serial('/dev/ttyACM0', 9600)
client = vision.ImageAnnotatorClient()

def steer(path):
    with open(path, 'rb') as f:
        objs = client.object_localization(image=vision.Image(content=f.read())).localized_object_annotations
    for o in objs:
        if o.name == 'Ball':
            left = o.bounding_poly.normalized_vertices[0].x
            right = o.bounding_poly.normalized_vertices[1].x
            centre = (left + right) / 2
            if centre < 0.4:
                port.write(b'L')
            elif centre > 0.6:
                port.write(b'R')
            else:
                port.write(b'F')
            return
    port.write(b'S')

steer('cam.jpg')
