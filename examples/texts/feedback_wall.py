"""Where a remark goes: praise to the wall, blame to the office, the rest nowhere."""

import boto3

client = boto3.client("comprehend", region_name="eu-west-1")


def place(remark):
    sentiment = client.detect_sentiment(Text=remark, LanguageCode="en")["Sentiment"]
    if sentiment == "POSITIVE":
        return "wall"
    elif sentiment in ("NEGATIVE", "MIXED"):
        return "office"
    return None
