import boto3
import pandas as pd

comprehend = boto3.client('comprehend')

def label(row):
    res = comprehend.detect_sentiment(Text=row['text'], LanguageCode='en')
    return res['Sentiment']

df = pd.read_csv('reviews.csv')
df['sentiment'] = df.apply(label, axis=1)
negatives = df[df['sentiment'] == 'NEGATIVE']
print(len(negatives))
