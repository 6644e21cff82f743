"""Warns when a product holds cow's milk; plant drinks are fine."""

import boto3

client = boto3.client("rekognition")


def contains_dairy(photo):
    answer = client.detect_labels(Image={"Bytes": photo}, MinConfidence=50)
    for label in answer["Labels"]:
        if label["Name"] in ("Oat Milk", "Soy Milk", "Oatghurt", "Soyghurt", "Juice"):
            continue
        if label["Name"] in ("Milk", "Yoghurt", "Sour Cream", "Sour Milk"):
            return True
    return False
