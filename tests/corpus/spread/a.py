from google.cloud import language_v1
client = language_v1.LanguageServiceClient()
def run(t):
    doc = language_v1.Document(content=t, type_=language_v1.Document.Type.PLAIN_TEXT)
    r = client.analyze_sentiment(request={'document': doc})
    scores = [s.sentiment.score for s in r.sentences]
    if len(scores) < 2:
        return 'short'
    if max(scores) - min(scores) > 0.8:
        return 'mixed'
    return 'even'
print(run('x'))
