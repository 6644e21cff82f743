from google.cloud import language_v1
import csv

def get_stars(review):
    client = language_v1.LanguageServiceClient()
    doc = {"content": review, "type_": language_v1.Document.Type.PLAIN_TEXT, "language": "en"}
    response = client.analyze_sentiment(request={'document': doc, 'encoding_type': language_v1.EncodingType.UTF8})
    score = response.document_sentiment.score
    stars = 0
    if -1 <= score < -0.6:
        stars = 1
    elif -0.6 <= score < -0.2:
        stars = 2
    elif -0.2 <= score < 0.2:
        stars = 3
    elif 0.2 <= score < 0.6:
        stars = 4
    else:
        stars = 5
    return stars

print(get_stars(input("Your review: ")))
