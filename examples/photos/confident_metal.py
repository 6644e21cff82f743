"""A magnet arm: acts alone when sure, asks a person when not."""

import boto3


def handler(event, context):
    rekognition = boto3.client("rekognition")
    answer = rekognition.detect_labels(Image={"Bytes": event["photo"]}, MaxLabels=20)
    metal = [one["Confidence"] for one in answer["Labels"] if one["Name"] == "Metal"]
    if metal and metal[0] >= 70:
        return "pick"
    if metal:
        return "ask"
    return "leave"
