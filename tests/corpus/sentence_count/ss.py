from google.cloud import language_v1

def negative_share(text):
    client = language_v1.LanguageServiceClient()
    result = client.analyze_sentiment(document=language_v1.Document(content=text, type_='PLAIN_TEXT'))
    neg = 0
    for sentence in result.sentences:
        if sentence.sentiment.score < 0:
            neg += 1
    if len(result.sentences) == 0:
        return 0
    return neg / len(result.sentences)

if negative_share(input()) > 0.5:
    print('mostly negative')
else:
    print('mostly fine')
