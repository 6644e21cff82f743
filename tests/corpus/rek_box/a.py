import boto3
c = boto3.client('rekognition')
def check(b):
    r = c.detect_faces(Image={'Bytes': b}, Attributes=['ALL'])
    for f in r['FaceDetails']:
        box = f['BoundingBox']
        cx = box['Left'] + box['Width'] / 2
        if box['Width'] * box['Height'] < 0.05:
            continue
        if cx < 1 / 3:
            print('left')
        elif cx > 2 / 3:
            print('right')
        else:
            print('middle')
        break
    else:
        print('nobody')
check(open('a.jpg', 'rb').read())
