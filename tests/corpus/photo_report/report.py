"""A chat bot that answers a photo with lines of text, and warns where something is amiss."""

import boto3

rekognition = boto3.client("rekognition")


def warnings_of(image):
    found = rekognition.detect_moderation_labels(Image=image, MinConfidence=40)
    text = ""
    for one in found["ModerationLabels"]:
        if one["ParentName"] == "Violence":
            text += "careful: {} ({:.0f}%)\n".format(one["Name"], one["Confidence"])
    return text


def handler(event, context):
    image = {"S3Object": {"Bucket": event["bucket"], "Name": event["key"]}}
    warnings = warnings_of(image)
    if not warnings:
        return {"statusCode": 204, "body": ""}
    reply = "thanks for the photo\n"
    reply += warnings
    reply += "bye"
    return {"statusCode": 200, "body": reply}
