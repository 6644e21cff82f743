"""Lets a visitor in whose face is free: many conditions, one inside the other."""

import boto3

client = boto3.client("rekognition")
FREE = ("Eyeglasses", "Sunglasses", "Beard", "Mustache")


def is_free(face):
    if face["Confidence"] < 90:
        return False
    if not face["EyesOpen"]["Value"] or face["EyesOpen"]["Confidence"] < 80:
        return False
    if face["MouthOpen"]["Value"]:
        return False
    return not any(face[name]["Value"] for name in FREE)


def handler(event, context):
    found = client.detect_faces(Image={"Bytes": event["image"]}, Attributes=["ALL"])
    for face in found["FaceDetails"]:
        if is_free(face):
            return "welcome"
    return "please show your face"
