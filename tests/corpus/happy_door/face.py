import io
from google.cloud import vision
import cv2
import serial

ser = serial.Serial('/dev/ttyUSB0', 9600)
names = ('UNKNOWN', 'VERY_UNLIKELY', 'UNLIKELY', 'POSSIBLE', 'LIKELY', 'VERY_LIKELY')

def detect_faces(path):
    client = vision.ImageAnnotatorClient()
    with io.open(path, 'rb') as image_file:
        content = image_file.read()
    image = vision.types.Image(content=content)
    response = client.face_detection(image=image)
    faces = response.face_annotations
    emotion = ''
    for face in faces:
        if names[face.joy_likelihood] == 'VERY_LIKELY' or names[face.joy_likelihood] == 'LIKELY':
            emotion = 'happy'
        elif names[face.anger_likelihood] in ['LIKELY', 'VERY_LIKELY']:
            emotion = 'angry'
        elif names[face.sorrow_likelihood] in ['LIKELY', 'VERY_LIKELY']:
            emotion = 'sad'
    return emotion

cap = cv2.VideoCapture(0)
while True:
    ret, frame = cap.read()
    cv2.imwrite('face.jpg', frame)
    e = detect_faces('face.jpg')
    if e == 'happy':
        ser.write(b'1')
    elif e == 'angry':
        ser.write(b'2')
    elif e == 'sad':
        ser.write(b'3')
    if cv2.waitKey(1) & 0xFF == ord('q'):
        break
