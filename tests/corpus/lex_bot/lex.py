import boto3
import json

comprehend = boto3.client('comprehend')

def close(message):
    return {'dialogAction': {'type': 'Close', 'fulfillmentState': 'Fulfilled', 'message': {'contentType': 'PlainText', 'content': message}}}

def lambda_handler(event, context):
    sentiment = comprehend.detect_sentiment(Text=event['inputTranscript'], LanguageCode='en')['Sentiment']
    if sentiment == 'NEGATIVE':
        return close('Let me get a human')
    return close('Glad to help')
