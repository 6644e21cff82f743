import boto3
c = boto3.client('rekognition')
def handler(event, context):
    r = c.detect_faces(Image={'S3Object': {'Bucket': event['b'], 'Name': event['k']}})
    if len(r['FaceDetails']) == 0:
        return {'statusCode': 404}
    face = r['FaceDetails'][0]['BoundingBox']
    if face['Left'] > 0.2 and face['Left'] + face['Width'] < 0.8:
        return {'statusCode': 200, 'body': 'centred'}
    return {'statusCode': 200, 'body': 'move'}
