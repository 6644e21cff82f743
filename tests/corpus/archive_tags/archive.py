"""Files each picture of a museum under keywords; a dash where there are none."""

import json

import boto3

rekognition = boto3.client("rekognition")
catalogue = boto3.resource("dynamodb").Table("catalogue")


def keywords(bucket, name):
    found = rekognition.detect_labels(
        Image={"S3Object": {"Bucket": bucket, "Name": name}}, MinConfidence=80
    )
    text = ""
    for i in range(len(found["Labels"])):
        text += "/" + found["Labels"][i]["Name"]
    return text.replace(" ", "_")


def visitors(bucket, name):
    answer = rekognition.detect_faces(
        Image={"S3Object": {"Bucket": bucket, "Name": name}}, Attributes=["ALL"]
    )
    rows = []
    for face in answer["FaceDetails"]:
        rows.append({"where": face["BoundingBox"], "who": face["Gender"]["Value"]})
    return rows


def file_picture(event, context):
    bucket, name = event["bucket"], event["name"]
    text = keywords(bucket, name)
    if text == "":
        catalogue.put_item(Item={"name": name, "keywords": "-"})
    else:
        catalogue.put_item(Item={"name": name, "keywords": text})
    return {"statusCode": 200}


def list_visitors(event, context):
    rows = visitors(event["bucket"], event["name"])
    body = {"name": event["name"], "faces": rows if rows else [{"where": None, "who": None}]}
    return {"statusCode": 200, "body": json.dumps(body)}
