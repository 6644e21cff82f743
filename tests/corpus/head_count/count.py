"""Tell the gate how many people stand before it."""

import boto3

rekognition = boto3.client("rekognition")
gate = boto3.resource("sqs").get_queue_by_name(QueueName="gate")


def people_in(picture):
    total = 0
    for label in rekognition.detect_labels(Image=picture)["Labels"]:
        if label["Name"] == "Person":
            for _ in label["Instances"]:
                total += 1
    return total


def handler(event, context):
    picture = {"S3Object": {"Bucket": event["bucket"], "Name": event["key"]}}
    gate.send_message(MessageBody=str(people_in(picture)))
    return {"statusCode": 200}
