from google.cloud import language_v1
client = language_v1.LanguageServiceClient()
def run(t):
    doc = language_v1.Document(content=t, type_=language_v1.Document.Type.PLAIN_TEXT)
    r = client.analyze_sentiment(request={'document': doc})
    total = 0
    for s in r.sentences:
        total += s.sentiment.score
    avg = total / max(len(r.sentences), 1)
    if avg >= 0.25:
        return 'positive'
    elif avg <= -0.25:
        return 'negative'
    return 'neutral'
print(run('x'))
