import boto3
c = boto3.client('rekognition')
def run(b):
    r = c.detect_labels(Image={'Bytes': b}, MaxLabels=20)
    conf = {l['Name']: l['Confidence'] for l in r['Labels']}
    if conf.get('Cat', 0) > conf.get('Dog', 0):
        print('cat')
    else:
        print('dog')
run(open('a', 'rb').read())
