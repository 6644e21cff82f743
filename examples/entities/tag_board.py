"""Puts the tags under a report."""

from google.cloud import language_v1

TAGS = {"PERSON": "who", "LOCATION": "where", "ORGANIZATION": "whose"}


def tags(report):
    client = language_v1.LanguageServiceClient()
    document = language_v1.Document(content=report, type_=language_v1.Document.Type.PLAIN_TEXT)
    found = client.analyze_entities(request={"document": document}).entities
    names = {entity.type_.name for entity in found}
    return [tag for kind, tag in TAGS.items() if kind in names]
