from google.cloud import language_v1

_client = None

def get_client():
    global _client
    if _client is None:
        _client = language_v1.LanguageServiceClient()
    return _client

def mood(text):
    document = language_v1.types.Document(content=text, type_=language_v1.Document.Type.PLAIN_TEXT)
    s = get_client().analyze_sentiment(request={'document': document}).document_sentiment
    return s.score
