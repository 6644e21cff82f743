"""Counts visitors of a bird table, for a diary."""

import boto3


def birds(path):
    client = boto3.client("rekognition")
    with open(path, "rb") as photo:
        labels = client.detect_labels(Image={"Bytes": photo.read()}, MinConfidence=55)["Labels"]
    birds = 0
    for label in labels:
        if label["Name"] == "Bird":
            birds = len(label["Instances"])
    return birds


def entry(path):
    seen = birds(path)
    if seen >= 2:
        return "a flock"
    if seen == 1:
        return "a single bird"
    return "nobody"
