from google.cloud import language_v1

client = language_v1.LanguageServiceClient()
features = {'extract_document_sentiment': True, 'classify_text': True}
response = client.annotate_text(document={'content': 'x', 'type_': 1}, features=features)
if response.document_sentiment.score > 0.4:
    print('good')
else:
    print('not good')
