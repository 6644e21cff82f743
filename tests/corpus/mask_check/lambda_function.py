import json
import boto3

s3 = boto3.client('s3')
rek = boto3.client('rekognition')
sns = boto3.client('sns')

def lambda_handler(event, context):
    bucket = event['Records'][0]['s3']['bucket']['name']
    key = event['Records'][0]['s3']['object']['key']
    response = rek.detect_labels(Image={'S3Object': {'Bucket': bucket, 'Name': key}}, MaxLabels=20, MinConfidence=75)
    person = False
    helmet = False
    for label in response['Labels']:
        if label['Name'] == 'Person':
            person = True
        if label['Name'] in ('Helmet', 'Hardhat'):
            helmet = True
    if person and not helmet:
        sns.publish(TopicArn='arn:aws:sns:us-east-1:123:alerts', Message='No helmet in ' + key)
        return {'statusCode': 200, 'body': json.dumps('alert')}
    return {'statusCode': 200, 'body': json.dumps('fine')}
