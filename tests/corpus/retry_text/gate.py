"""Let no picture with a rude word through; ask once more if the first answer does not come."""

import time

import boto3

with open("rude.txt", encoding="utf-8") as file:
    RUDE = file.read().strip().split(", ")


class Picture:
    """A picture in a bucket."""

    def __init__(self, key, client):
        self.image = {"S3Object": {"Bucket": "pictures", "Name": key}}
        self.client = client

    def detect_text(self):
        """Return what stands in the picture, in small letters."""
        try:
            found = self.client.detect_text(Image=self.image)
            return [one["DetectedText"].lower() for one in found["TextDetections"]]
        except Exception as error:
            print("once more", error)
            time.sleep(1)
            again = self.client.detect_text(Image=self.image)
            return [one["DetectedText"].lower() for one in again["TextDetections"]]


def handler(event, context):
    picture = Picture(event["key"], boto3.client("rekognition"))
    if any(text in RUDE for text in picture.detect_text()):
        return {"statusCode": 403}
    return {"statusCode": 200}
