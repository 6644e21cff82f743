"""Turns a review without stars into one with stars."""

from google.cloud import language_v1

client = language_v1.LanguageServiceClient()


def stars(review):
    document = language_v1.Document(content=review, type_=language_v1.Document.Type.PLAIN_TEXT)
    score = client.analyze_sentiment(request={"document": document}).document_sentiment.score
    if score > 0.5:
        return "*****"
    if score > 0.15:
        return "****"
    if score >= -0.15:
        return "***"
    if score >= -0.5:
        return "**"
    return "*"
