from google.cloud import language
from google.cloud.language import enums, types

client = language.LanguageServiceClient()
document = types.Document(content="Good. Fine.", type=enums.Document.Type.PLAIN_TEXT)
print(client.analyze_sentiment(document=document).document_sentiment.score)
