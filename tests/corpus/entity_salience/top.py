from google.cloud import language_v1
import sys

client = language_v1.LanguageServiceClient()

def main_subject(text):
    document = language_v1.Document(content=text, type_=language_v1.Document.Type.PLAIN_TEXT)
    response = client.analyze_entities(request={"document": document})
    important = [e for e in response.entities if e.salience > 0.3]
    if not important:
        return "unfocused"
    return "focused"

print(main_subject(sys.argv[1]))
