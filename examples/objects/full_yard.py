"""The gate of a yard for cars: closes when two stand in it."""

import base64

import boto3

PLACES = 2
rekognition = boto3.client("rekognition")


def handler(event, context):
    picture = base64.b64decode(event["body"])
    response = rekognition.detect_labels(Image={"Bytes": picture}, MaxLabels=50)
    for label in response["Labels"]:
        if label["Name"] == "Car" and len(label["Instances"]) >= PLACES:
            return {"statusCode": 200, "body": "closed"}
    return {"statusCode": 200, "body": "open"}
