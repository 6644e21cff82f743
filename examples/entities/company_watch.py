"""Alarms where a text is about companies and not about the people in them."""

import boto3


def alarm(text):
    client = boto3.client("comprehend")
    kinds = [
        one["Type"] for one in client.detect_entities(Text=text, LanguageCode="en")["Entities"]
    ]
    if kinds.count("ORGANIZATION") >= 2 and "PERSON" not in kinds:
        return "ring"
    return "silent"
