"""Holds a text back for a second reader if it names a person."""

from google.cloud import language_v1


def may_go_out(text):
    client = language_v1.LanguageServiceClient()
    document = {"content": text, "type_": language_v1.Document.Type.PLAIN_TEXT}
    response = client.analyze_entities(document=document)
    for entity in response.entities:
        if entity.type_ == language_v1.Entity.Type.PERSON:
            return False
    return True
