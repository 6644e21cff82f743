import boto3

client = boto3.client("comprehend", region_name="us-east-1")
print(client.detect_sentiment(Text="Good.", LanguageCode="en")["Sentiment"])
