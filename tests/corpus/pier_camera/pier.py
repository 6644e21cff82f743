"""Calls out what comes to a pier; the client is made when the camera is connected."""

import boto3
import speaker


class PierCamera:
    def __init__(self, name):
        self.name = name

    def connect(self, region):
        self.client = boto3.client("rekognition", region_name=region)
        self.calls = {"Boat": "boat ahead", "Swan": "birds on the water"}

    def watch(self, picture):
        found = self.client.detect_labels(Image={"Bytes": picture}, MinConfidence=80)
        for label in found["Labels"]:
            if label["Name"] in self.calls:
                speaker.say(self.calls[label["Name"]])
                return True
        return False
