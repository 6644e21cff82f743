"""Marks plant-based products, by words in the label."""

import boto3


def is_plant_based(photo):
    client = boto3.client("rekognition")
    response = client.detect_labels(Image={"Bytes": photo}, MaxLabels=15, MinConfidence=50)
    names = [label["Name"].lower() for label in response["Labels"]]
    return any(name.startswith("oat") or name.startswith("soy") for name in names)
