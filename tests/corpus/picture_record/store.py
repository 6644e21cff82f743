import json

import boto3

rekognition = boto3.client("rekognition")
s3 = boto3.client("s3")


def lambda_handler(event, context):
    picture = {"S3Object": {"Bucket": event["bucket"], "Name": event["key"]}}
    record = {"things": [], "faces": [], "texts": [], "is_safe": True}
    for label in rekognition.detect_labels(Image=picture, MaxLabels=20)["Labels"]:
        record["things"].append({"name": label["Name"], "sure": round(label["Confidence"], 1)})
    faces = rekognition.detect_faces(Image=picture, Attributes=["ALL"])["FaceDetails"]
    for number, face in enumerate(faces, 1):
        record["faces"].append({"number": number, "smile": face["Smile"]["Value"]})
    for text in rekognition.detect_text(Image=picture)["TextDetections"]:
        if text["Confidence"] > 90:
            record["texts"].append(text["DetectedText"])
    if rekognition.detect_moderation_labels(Image=picture)["ModerationLabels"]:
        record["is_safe"] = False
    s3.put_object(Bucket=event["bucket"], Key="record.json", Body=json.dumps(record))
