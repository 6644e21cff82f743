from google.cloud import language_v1
client = language_v1.LanguageServiceClient()
def run(t):
    doc = language_v1.Document(content=t, type_=language_v1.Document.Type.PLAIN_TEXT)
    r = client.analyze_sentiment(request={'document': doc})
    total = sum(s.sentiment.score * s.sentiment.magnitude for s in r.sentences)
    print('good' if total > 1 else 'bad')
run('x')
