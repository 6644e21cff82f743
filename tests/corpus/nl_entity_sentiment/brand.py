from google.cloud import language_v1
import sys

BRAND = 'Acme'

def opinion(text):
    client = language_v1.LanguageServiceClient()
    document = {'type_': language_v1.Document.Type.PLAIN_TEXT, 'content': text}
    result = client.analyze_entity_sentiment(request={'document': document, 'encoding_type': 'UTF8'})
    for entity in result.entities:
        if entity.name == BRAND:
            if entity.sentiment.score > 0.2:
                return 'like'
            if entity.sentiment.score < -0.2:
                return 'dislike'
            return 'neutral'
    return 'not mentioned'

print(opinion(sys.argv[1]))
