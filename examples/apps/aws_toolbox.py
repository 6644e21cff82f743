"""Tells the workshop robot whether a tool lies on the bench."""

import sys

import boto3

rekognition = boto3.client("rekognition", region_name="eu-west-1")


def sees_tool(path):
    with open(path, "rb") as f:
        answer = rekognition.detect_labels(
            Image={"Bytes": f.read()}, MaxLabels=20, MinConfidence=60
        )
    for label in answer["Labels"]:
        if label["Name"] in ("Tool", "Hand tool", "Hardware"):
            return True
    return False


def main():
    for path in sys.argv[1:]:
        if sees_tool(path):
            print(path + ": stop the robot")
        else:
            print(path + ": carry on")


if __name__ == "__main__":
    main()
