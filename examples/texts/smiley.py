"""Puts a smiley behind a message: from one for each of ten steps, the nearest."""

from google.cloud import language_v1

FACES = {-1: ":'(", 0: ":|", 1: ":)"}
client = language_v1.LanguageServiceClient()


def face(message):
    document = {"content": message, "type_": "PLAIN_TEXT"}
    answer = client.analyze_sentiment(request={"document": document})
    step = round(answer.document_sentiment.score * 2.5)
    if step < 0:
        return FACES[-1]
    if step > 0:
        return FACES[1]
    return FACES[0]
