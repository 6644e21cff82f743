from google.cloud import language_v1
client = language_v1.LanguageServiceClient()
def mood(text):
    doc = language_v1.Document(content=text, type_=language_v1.Document.Type.PLAIN_TEXT)
    s = client.analyze_sentiment(request={'document': doc}).document_sentiment
    strength = s.score * s.magnitude
    if strength > 1.5:
        return 'joy'
    if strength < -1.5:
        return 'anger'
    return 'calm'
print(mood('hello'))
