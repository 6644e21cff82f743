from google.cloud import vision
client = vision.ImageAnnotatorClient()
with open('a.jpg', 'rb') as f:
    answer = client.annotate_image({
        'image': {'content': f.read()},
        'features': [{'type_': vision.Feature.Type.FACE_DETECTION}, {'type_': vision.Feature.Type.LABEL_DETECTION}],
    })
people = len(answer.face_annotations)
crowd = any(l.description == 'Crowd' and l.score > 0.8 for l in answer.label_annotations)
if people >= 3 or crowd:
    print('many')
else:
    print('few')
