"""Compost needs two signs at least: one label alone may be wrong."""

import boto3

SIGNS = {"Food", "Produce", "Fruit", "Vegetables"}


def is_compost(photo):
    client = boto3.client("rekognition")
    count = 0
    for label in client.detect_labels(Image={"Bytes": photo})["Labels"]:
        if label["Name"] in SIGNS:
            count += 1
    return count >= 2
