from google.cloud import language_v1

client = language_v1.LanguageServiceClient()
TOPICS = ("/Sensitive Subjects", "/News/Politics")


def watch(message):
    document = language_v1.Document(content=message, type_=language_v1.Document.Type.PLAIN_TEXT)
    mood = client.analyze_sentiment(request={"document": document}).document_sentiment
    topics = client.classify_text(request={"document": document}).categories
    if mood.score <= -0.6 and mood.magnitude >= 0.5:
        for topic in topics:
            if topic.name in TOPICS and topic.confidence >= 0.6:
                print("please calm down")
                return
    print("fine")
