"""A lamp that shows how the last message felt."""

from google.cloud import language_v2

client = language_v2.LanguageServiceClient()


def colour(message):
    document = language_v2.Document(content=message, type_=language_v2.Document.Type.PLAIN_TEXT)
    mood = client.analyze_sentiment(document=document).document_sentiment
    if mood.score >= 0.25:
        return "green"
    elif mood.score <= -0.25:
        return "red"
    else:
        return "white"
