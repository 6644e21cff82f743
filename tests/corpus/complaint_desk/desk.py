"""Sorts letters to a museum: complaints about it go to the director."""

import sys

from google.cloud import language_v1

client = language_v1.LanguageServiceClient()


def desk_for(text):
    letter = language_v1.Document(content=text, type_=language_v1.Document.Type.PLAIN_TEXT)
    mood = client.analyze_sentiment(document=letter).document_sentiment
    named = client.analyze_entities(document=letter).entities
    about_us = any(one.type_ == language_v1.Entity.Type.ORGANIZATION for one in named)
    if mood.score <= -0.4 and about_us:
        return "director"
    if mood.score <= -0.4:
        return "front desk"
    return "archive"


print(desk_for(sys.stdin.read()))
