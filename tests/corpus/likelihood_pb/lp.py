from google.cloud import vision

client = vision.ImageAnnotatorClient()
img = vision.Image()
img.source.image_uri = 'https://a/b.jpg'
for face in client.face_detection(image=img).face_annotations:
    if vision.Likelihood(face.headwear_likelihood).name == 'VERY_LIKELY':
        print('hat on')
    if face.detection_confidence < 0.5:
        print('not sure')
