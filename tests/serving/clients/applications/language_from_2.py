from google.cloud import language_v1

client = language_v1.LanguageServiceClient()
document = {"content": "Good. Fine.", "type_": language_v1.Document.Type.PLAIN_TEXT}
print(client.analyze_sentiment(request={"document": document}).document_sentiment.score)
