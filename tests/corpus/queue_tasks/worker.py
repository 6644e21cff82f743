import json

import boto3

vision = boto3.client("rekognition")
store = boto3.resource("dynamodb").Table("pictures")


def ask(task, place):
    if task == "animals":
        return vision.detect_labels(Image={"S3Object": place}, MinConfidence=60)["Labels"]
    elif task == "people":
        return vision.detect_faces(Image={"S3Object": place})["FaceDetails"]
    elif task == "signs":
        return vision.detect_text(Image={"S3Object": place})["TextDetections"]
    else:
        return vision.detect_moderation_labels(Image={"S3Object": place})["ModerationLabels"]


def handle(event, context):
    message = json.loads(event["Records"][0]["body"])
    if not message.get("bucket"):
        return {"handled": 0}
    place = {"Bucket": message["bucket"], "Name": message["name"]}
    found = ask(message["task"], place)
    if found:
        store.put_item(Item={"name": message["name"], "state": "interesting"})
    else:
        store.put_item(Item={"name": message["name"], "state": "dull"})
    return {"handled": 1}
