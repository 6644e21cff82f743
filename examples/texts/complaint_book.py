"""Writes down what guests complain about."""

import boto3

comprehend = boto3.client("comprehend")


def is_complaint(remark):
    answer = comprehend.detect_sentiment(Text=remark, LanguageCode="en")
    return answer["Sentiment"] == "NEGATIVE"
