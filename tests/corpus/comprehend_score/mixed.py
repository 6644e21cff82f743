import boto3
c = boto3.client('comprehend', region_name='us-west-2')
resp = c.detect_sentiment(Text=open('t.txt').read(), LanguageCode='en')
scores = resp['SentimentScore']
if max(scores, key=scores.get) == 'Negative':
    print('call back')
elif scores['Mixed'] > .4:
    print('read it')
else:
    print('ignore')
