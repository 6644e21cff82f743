"""A sheet with one row for each picture of a folder: what is in it, and whether it may be shown."""

import csv
import sys

import boto3

rekognition = boto3.client("rekognition")


def row_of(path):
    with open(path, "rb") as file:
        picture = {"Bytes": file.read()}
    row = {"file": path}
    labels = rekognition.detect_labels(Image=picture)["Labels"]
    row["labels"] = "|".join(one["Name"] for one in labels if one["Confidence"] > 90)
    unsafe = rekognition.detect_moderation_labels(Image=picture)["ModerationLabels"]
    if unsafe:
        row["hidden"] = "yes"
        row["because"] = ", ".join(one["Name"] for one in unsafe)
    return row


def main(paths):
    with open("sheet.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, ["file", "labels", "hidden", "because"])
        writer.writeheader()
        writer.writerows([row_of(one) for one in paths])


if __name__ == "__main__":
    main(sys.argv[1:])
