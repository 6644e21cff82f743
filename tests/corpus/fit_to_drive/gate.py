"""A gate at the car park: how awake does the driver look?"""

import json

import boto3

rekognition = boto3.client("rekognition")


def points(face):
    total = 100
    if not face["EyesOpen"]["Value"]:
        total -= 35
    if face["MouthOpen"]["Value"] and face["MouthOpen"]["Confidence"] > 90:
        total -= 15
    if face["Pose"]["Pitch"] < -20:
        total -= 10
    if face["Sunglasses"]["Value"]:
        total -= 5
    return total


def handler(event, context):
    picture = {"S3Object": {"Bucket": event["bucket"], "Name": event["name"]}}
    faces = rekognition.detect_faces(Image=picture, Attributes=["ALL"])["FaceDetails"]
    if not faces:
        return {"statusCode": 404, "body": "no driver"}
    return {"statusCode": 200, "body": json.dumps({"awake": points(faces[0])})}
