import boto3
import json

client = boto3.client('rekognition')

def free_places(image, capacity=10):
    labels = client.detect_labels(Image={'Bytes': image}, MaxLabels=50)['Labels']
    cars = 0
    for l in labels:
        if l['Name'] == 'Car':
            cars = len(l['Instances'])
    if cars >= capacity:
        return 0
    return 1

def lambda_handler(event, ctx):
    import base64
    free = free_places(base64.b64decode(event['body']))
    return {'statusCode': 200, 'body': json.dumps({'free': free})}
