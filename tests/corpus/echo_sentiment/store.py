import sqlite3
from google.cloud import language_v1

db = sqlite3.connect('s.db')

def store(text):
    client = language_v1.LanguageServiceClient()
    r = client.analyze_sentiment(request={'document': {'content': text, 'type_': 'PLAIN_TEXT'}})
    db.execute('insert into t values (?, ?)', (text, r.document_sentiment.score))
    db.commit()

store(input())
