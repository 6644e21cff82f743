"""Airport: shoes off, please."""

import boto3


def lambda_handler(event, context):
    client = boto3.client("rekognition")
    answer = client.detect_labels(
        Image={"S3Object": {"Bucket": event["bucket"], "Name": event["key"]}}, MinConfidence=60
    )
    for label in answer["Labels"]:
        if label["Name"] in ("Shoes", "Footwear"):
            return {"statusCode": 200, "body": "scan"}
    return {"statusCode": 200, "body": "walk"}
