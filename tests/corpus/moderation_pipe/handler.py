import boto3
import os
import logging

logger = logging.getLogger()
logger.setLevel(logging.INFO)
rekognition = boto3.client("rekognition", region_name=os.environ.get("AWS_REGION", "us-east-1"))
dynamo = boto3.resource("dynamodb")
table = dynamo.Table(os.environ["TABLE"])
BLOCK = {"Explicit Nudity", "Violence"}

def moderate(bucket, key):
    resp = rekognition.detect_moderation_labels(
        Image={"S3Object": {"Bucket": bucket, "Name": key}},
        MinConfidence=60,
    )
    return resp["ModerationLabels"]

def handler(event, context):
    rec = event["Records"][0]
    labels = moderate(rec["s3"]["bucket"]["name"], rec["s3"]["object"]["key"])
    logger.info("labels: %s", labels)
    status = "APPROVED"
    if any(l["Name"] in BLOCK or l.get("ParentName") in BLOCK for l in labels):
        status = "BLOCKED"
    elif len(labels) > 0:
        status = "REVIEW"
    table.put_item(Item={"key": rec["s3"]["object"]["key"], "status": status})
    return status
