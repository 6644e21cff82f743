import gazetteer
from google.cloud import language_v1

client = language_v1.LanguageServiceClient()


def town_of(phrase):
    name = phrase
    try:
        gazetteer.look_up(name)
    except gazetteer.NotFound:
        document = language_v1.Document(
            content=phrase, type_=language_v1.Document.Type.PLAIN_TEXT
        )
        name = "nowhere"
        for entity in client.analyze_entities(document=document).entities:
            if entity.type_ == language_v1.Entity.Type.LOCATION:
                name = "somewhere"
                break
    return name
