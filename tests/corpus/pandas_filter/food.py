import boto3
import pandas as pd

rekognition = boto3.client('rekognition')


def lambda_handler(event, context):
    answer = rekognition.detect_labels(Image={'S3Object': {'Bucket': event['bucket'], 'Name': event['key']}}, MaxLabels=20)
    labels = pd.DataFrame(answer['Labels'], columns=['Name', 'Confidence'])
    labels['Name'] = labels['Name'].str.lower()
    sure = labels[labels.Confidence >= 80]
    if sure['Name'].str.contains('food|meal|dish', regex=True).any():
        return {'statusCode': 200, 'body': 'food'}
    for _, row in sure.iterrows():
        if row['Name'] == 'person':
            return {'statusCode': 200, 'body': 'guest'}
    return {'statusCode': 204}
