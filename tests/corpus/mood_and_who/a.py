import boto3
comprehend = boto3.client('comprehend')
def route(text):
    mood = comprehend.detect_sentiment(Text=text, LanguageCode='en')
    who = comprehend.detect_entities(Text=text, LanguageCode='en')['Entities']
    if mood['Sentiment'] == 'NEGATIVE' and any(e['Type'] == 'ORGANIZATION' for e in who):
        print('to the lawyers')
    elif mood['Sentiment'] == 'NEGATIVE':
        print('to support')
    else:
        print('archive')
route('x')
