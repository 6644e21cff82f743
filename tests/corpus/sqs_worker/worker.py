import boto3
import json

rekognition = boto3.client('rekognition')
sqs = boto3.resource('sqs')
queue = sqs.get_queue_by_name(QueueName='in')

def process(message):
    body = json.loads(message.body)
    result = rekognition.detect_moderation_labels(Image={'S3Object': {'Bucket': body['bucket'], 'Name': body['key']}})
    if not result['ModerationLabels']:
        return
    for m in result['ModerationLabels']:
        if m['Confidence'] > 80 and m['ParentName'] == 'Explicit Nudity':
            boto3.client('s3').delete_object(Bucket=body['bucket'], Key=body['key'])
            break

while True:
    for message in queue.receive_messages(WaitTimeSeconds=20):
        process(message)
        message.delete()
