import boto3

comprehend = boto3.client(service_name='comprehend', region_name='eu-west-1')
sqs = boto3.client('sqs')

def route(text):
    r = comprehend.detect_sentiment(Text=text, LanguageCode='en')
    if r['Sentiment'] == 'NEGATIVE' and r['SentimentScore']['Negative'] > 0.9:
        sqs.send_message(QueueUrl='https://q/urgent', MessageBody=text)
    elif r['Sentiment'] == 'NEGATIVE':
        sqs.send_message(QueueUrl='https://q/support', MessageBody=text)
    elif r['Sentiment'] == 'POSITIVE':
        sqs.send_message(QueueUrl='https://q/marketing', MessageBody=text)

def lambda_handler(event, context):
    for record in event['Records']:
        route(record['body'])
