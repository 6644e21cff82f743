"""Shows a picture beside a report: a face, a flag, a crest or nothing, by what comes first."""

import sys

from google.cloud import language_v1


def picture(report):
    client = language_v1.LanguageServiceClient()
    document = language_v1.Document(content=report, type_=language_v1.Document.Type.PLAIN_TEXT)
    entities = client.analyze_entities(request={"document": document}).entities
    if not entities:
        return "none.png"
    first = entities[0]
    if first.type_ == language_v1.Entity.Type.PERSON:
        return "face.png"
    if first.type_ == language_v1.Entity.Type.LOCATION:
        return "flag.png"
    if first.type_ == language_v1.Entity.Type.ORGANIZATION:
        return "crest.png"
    return "none.png"


if __name__ == "__main__":
    print(picture(open(sys.argv[1], encoding="utf-8").read()))
