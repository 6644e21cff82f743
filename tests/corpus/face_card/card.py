"""Make a card of the first face in a picture, with its strongest emotion."""

import os

import boto3

rekognition = boto3.client("rekognition")
cards = boto3.resource("dynamodb").Table(os.environ["CARDS"])


def handler(event, context):
    key = event["key"]
    found = rekognition.detect_faces(
        Image={"S3Object": {"Bucket": os.environ["PICTURES"], "Name": key}},
        Attributes=["ALL"],
    )
    if not found["FaceDetails"]:
        return {"statusCode": 404, "body": "nobody there"}
    face = found["FaceDetails"][0]
    ranked = sorted(face["Emotions"], key=lambda one: one["Confidence"], reverse=True)
    cards.put_item(
        Item={
            "key": key,
            "age": f"{face['AgeRange']['Low']}-{face['AgeRange']['High']}",
            "smile": face["Smile"]["Value"],
            "mood": ranked[0]["Type"],
        }
    )
    return {"statusCode": 200, "body": "card made"}
