import boto3, io
from PIL import Image

rek = boto3.client('rekognition')

def everybody_smiles(path):
    image = Image.open(path)
    stream = io.BytesIO()
    image.save(stream, format="JPEG")
    response = rek.detect_faces(Image={'Bytes': stream.getvalue()}, Attributes=['ALL'])
    if not response['FaceDetails']:
        return False
    for face in response['FaceDetails']:
        if not face['Smile']['Value']:
            return False
        if face['EyesOpen']['Value'] == False and face['EyesOpen']['Confidence'] > 80:
            return False
    return True

if everybody_smiles('booth.jpg'):
    print('SNAP')
else:
    print('say cheese')
