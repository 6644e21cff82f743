"""Says which desk of a newspaper reads a report first."""

from google.cloud import language_v1

client = language_v1.LanguageServiceClient()


def desk(report):
    document = language_v1.Document(content=report, type_=language_v1.Document.Type.PLAIN_TEXT)
    answer = client.analyze_entities(request={"document": document, "encoding_type": "UTF32"})
    kinds = [language_v1.Entity.Type(entity.type_).name for entity in answer.entities]
    if "ORGANIZATION" in kinds:
        return "business"
    elif "PERSON" in kinds:
        return "people"
    elif "LOCATION" in kinds:
        return "foreign"
    return "features"


if __name__ == "__main__":
    import pathlib
    import sys

    for name in sys.argv[1:]:
        print(f"{name}: {desk(pathlib.Path(name).read_text(encoding='utf-8'))}")
