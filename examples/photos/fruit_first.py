"""A price tag for the first fruit that it sees."""

import boto3

PRICES = {
    "Apple": 2.4,
    "Pear": 2.9,
    "Melon": 1.9,
    "Banana": 1.7,
    "Kiwi": 4.5,
    "Mango": 5.2,
    "Avocado": 6.0,
}


def price(photo):
    client = boto3.client("rekognition", region_name="eu-west-1")
    labels = client.detect_labels(Image={"Bytes": photo})["Labels"]
    for label in labels:
        if label["Name"] in PRICES:
            return PRICES[label["Name"]]
    return None
