"""Open the gate of a loading dock for a truck that is near."""

import boto3

client = boto3.client("rekognition")
TRUCKS = {"Truck", "Trailer Truck", "Van"}


def is_near(box):
    return box.get("Width", 0) * box.get("Height", 0) > 0.25


def near_truck(labels):
    for label in labels:
        if label["Name"] in TRUCKS:
            for instance in label.get("Instances", []):
                if instance.get("Confidence", 0) >= 80 and is_near(instance.get("BoundingBox", {})):
                    return True
    return False


def gate(bucket, key):
    found = client.detect_labels(Image={"S3Object": {"Bucket": bucket, "Name": key}})["Labels"]
    return "open" if near_truck(found) else "wait"


def lambda_handler(event, context):
    record = event["Records"][0]["s3"]
    return gate(record["bucket"]["name"], record["object"]["key"])
