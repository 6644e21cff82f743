import boto3
client = boto3.client('comprehend')

def dispatch(text, arn):
    classes = client.classify_document(Text=text, EndpointArn=arn)['Classes']
    best = max(classes, key=lambda c: c['Score'])
    if best['Name'] == 'INVOICE':
        return 'accounting'
    elif best['Name'] == 'COMPLAINT':
        return 'support'
    return 'archive'

def lambda_handler(event, context):
    return dispatch(event['text'], event['arn'])
