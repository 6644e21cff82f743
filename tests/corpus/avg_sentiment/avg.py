import statistics
from google.cloud import language
from google.cloud.language import types, enums

client = language.LanguageServiceClient()

def avg(tweets):
    scores = []
    for t in tweets:
        d = types.Document(content=t, type=enums.Document.Type.PLAIN_TEXT)
        scores.append(client.analyze_sentiment(d).document_sentiment.score)
    return sum(scores) / len(scores)

tweets = ['a', 'b', 'c']
m = avg(tweets)
if m > 0.1:
    print('buy')
elif m < -0.1:
    print('sell')
else:
    print('hold')
