from google.cloud import language_v1
from google.cloud.language_v1 import enums
import wikipedia

def entities_of(question):
    client = language_v1.LanguageServiceClient()
    document = {"content": question, "type": enums.Document.Type.PLAIN_TEXT}
    response = client.analyze_entities(document, encoding_type=enums.EncodingType.UTF8)
    for entity in response.entities:
        if enums.Entity.Type(entity.type).name == 'PERSON' or enums.Entity.Type(entity.type).name == 'LOCATION':
            return entity.name
    return None

name = entities_of(input('ask: '))
if name is None:
    print("I don't know")
else:
    print(wikipedia.summary(name))
