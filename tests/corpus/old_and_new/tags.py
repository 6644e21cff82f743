"""Sort pictures into folders; runs under Python 2 and 3."""

from __future__ import print_function

import sys
from builtins import range, str

import boto3
import six

FOLDERS = {"Dog": "dogs", "Cat": "cats"}


def folder_of(picture):
    found = boto3.client("rekognition").detect_labels(Image={"Bytes": picture}, MaxLabels=10)
    names = set()
    for i in range(len(found["Labels"])):
        if found["Labels"][i]["Confidence"] > 80:
            names.add(str(found["Labels"][i]["Name"]))
    for name, folder in sorted(six.iteritems(FOLDERS)):
        if name in names:
            return folder
    return "others"


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        print(folder_of(file.read()))
