import boto3
c = boto3.client('rekognition')
def handler(event, context):
    image = {'S3Object': {'Bucket': event['b'], 'Name': event['k']}}
    flagged = c.detect_moderation_labels(Image=image, MinConfidence=60)['ModerationLabels']
    labels = c.detect_labels(Image=image)['Labels']
    kid = any(l['Name'] in ('Child', 'Baby') for l in labels)
    if flagged and kid:
        return 'escalate'
    if flagged:
        return 'hide'
    return 'show'
