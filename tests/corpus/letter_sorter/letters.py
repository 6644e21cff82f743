"""Puts letters into trays: by the language they are written in, and by how they sound."""

import json
import sys

import boto3

TRAYS = {"en": "front desk", "de": "Ms. Keller", "fr": "Mr. Moreau"}


def plain(answer):
    return list(json.loads(json.dumps(answer, sort_keys=True, indent=2)).items())


def read(letter):
    comprehend = boto3.client("comprehend", region_name="eu-west-1")
    languages = plain(comprehend.detect_dominant_language(Text=letter))[0][1]
    language = languages[0]["LanguageCode"]
    sound = plain(comprehend.detect_sentiment(Text=letter, LanguageCode=language))
    return language, dict(sound)["Sentiment"]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        language, sound = read(file.read())
    print("tray:", TRAYS.get(language, "translator"))
    if sound == "NEGATIVE":
        print("answer today")


if __name__ == "__main__":
    main()
