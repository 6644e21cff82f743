"""Picks quotations for the front page: glad ones, but not those that sound like advertising."""

from google.cloud import language_v1 as language


def is_fit(quotation):
    client = language.LanguageServiceClient()
    document = language.Document(content=quotation, type_=language.Document.Type.PLAIN_TEXT)
    score = client.analyze_sentiment(document=document).document_sentiment.score
    return 0.2 < score < 0.6
