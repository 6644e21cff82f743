"""Which comments does a person have to read?   sift.py COMMENTS.csv"""
import csv
import sys

import boto3

service = boto3.client("comprehend")
kept = []
with open(sys.argv[1], newline="") as file:
    for row in csv.reader(file):
        comment = row[0]
        look = "no"
        if len(comment) < 12:
            look = "yes"
        mood = service.detect_sentiment(Text=comment, LanguageCode="de")["SentimentScore"]
        if mood["Negative"] > 0.8:
            look = "yes"
        german = 0
        for one in service.detect_dominant_language(Text=comment)["Languages"]:
            if one["LanguageCode"] == "de":
                german = one["Score"]
        if german < 0.5:
            look = "yes"
        for one in service.detect_entities(Text=comment, LanguageCode="de")["Entities"]:
            if "Stadtwerke" in one["Text"]:
                look = "yes"
        kept.append([comment, look])

with open("queue.csv", "w", newline="") as file:
    csv.writer(file).writerows(kept)
