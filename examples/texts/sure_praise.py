"""Thanks those who praise, if it is sure that they do."""

import boto3

client = boto3.client("comprehend")


def reply(text):
    answer = client.detect_sentiment(Text=text, LanguageCode="en")
    if answer["Sentiment"] == "POSITIVE" and answer["SentimentScore"]["Positive"] > 0.8:
        return "thank you"
    if answer["SentimentScore"]["Negative"] > 0.6:
        return "we are sorry"
    return "noted"
