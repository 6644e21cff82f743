import boto3

ALLOWED = ['ABC123', 'XYZ789']

def plate(photo):
    client = boto3.client('rekognition')
    with open(photo, 'rb') as image:
        response = client.detect_text(Image={'Bytes': image.read()})
    for text in response['TextDetections']:
        if text['Type'] == 'LINE' and text['Confidence'] > 85:
            if text['DetectedText'].replace(' ', '') in ALLOWED:
                return True
    return False

print('open' if plate('car.jpg') else 'closed')
