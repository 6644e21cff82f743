"""Sorts reports by who or what is named first in them."""

import boto3


def shelf(text, region="eu-west-1"):
    client = boto3.client("comprehend", region_name=region)
    entities = client.detect_entities(Text=text, LanguageCode="en")["Entities"]
    for entity in entities:
        if entity["Type"] == "ORGANIZATION":
            return "clubs and companies"
        if entity["Type"] == "LOCATION":
            return "countries"
        if entity["Type"] == "PERSON":
            return "people"
    return "all the rest"
