"""Counts the labels of a picture by name for a diary, and says whether somebody is in it."""

import sys

import boto3

SURE = 85


def tally(picture):
    client = boto3.client("rekognition")
    answer = client.detect_labels(Image={"Bytes": picture}, MaxLabels=12)
    counts, is_someone_there = {}, False
    for label in answer["Labels"]:
        if label["Confidence"] < SURE:
            continue
        name = label["Name"]
        if name == "Person":
            is_someone_there = True
        elif name in counts:
            counts[name] += 1
        else:
            counts[name] = 1
    return counts, is_someone_there


def main():
    with open(sys.argv[1], "rb") as file:
        counts, is_someone_there = tally(file.read())
    print("somebody" if is_someone_there else "nobody", "in the picture")
    print(counts)


if __name__ == "__main__":
    main()
