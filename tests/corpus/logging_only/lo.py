import logging
import boto3

log = logging.getLogger(__name__)
c = boto3.client('rekognition')

def lambda_handler(event, context):
    r = c.detect_labels(Image={'S3Object': {'Bucket': event['b'], 'Name': event['k']}})
    for l in r['Labels']:
        log.info('%s %s', l['Name'], l['Confidence'])
    return r
