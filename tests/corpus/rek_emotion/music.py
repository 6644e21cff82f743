import boto3

def emotion(path):
    c = boto3.client('rekognition')
    with open(path, 'rb') as f:
        faces = c.detect_faces(Image={'Bytes': f.read()}, Attributes=['ALL'])['FaceDetails']
    if len(faces) == 0:
        return None
    return faces[0]['Emotions'][0]['Type']

playlist = {'HAPPY': 'party.m3u', 'SAD': 'blues.m3u', 'ANGRY': 'metal.m3u', 'CALM': 'ambient.m3u'}

e = emotion('me.jpg')
if e in playlist:
    print('playing ' + playlist[e])
else:
    print('playing radio')
