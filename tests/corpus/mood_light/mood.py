from google.cloud import language
from google.cloud.language import enums
from google.cloud.language import types

client = language.LanguageServiceClient()

def sentiment(text):
    document = types.Document(content=text, type=enums.Document.Type.PLAIN_TEXT)
    s = client.analyze_sentiment(document=document).document_sentiment
    return s.score, s.magnitude

def colour(text):
    score, magnitude = sentiment(text)
    if score >= 0.25:
        return 'green'
    elif score <= -0.25:
        return 'red'
    elif magnitude > 1.5:
        return 'yellow'
    else:
        return 'white'

if __name__ == '__main__':
    while True:
        text = input('> ')
        if text == 'quit':
            break
        print(colour(text))
