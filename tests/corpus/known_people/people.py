"""Is somebody in the news whom an encyclopaedia knows?"""

import sys

from google.cloud import language_v1


def standing(headline):
    client = language_v1.LanguageServiceClient()
    answer = client.analyze_entities(
        request={"document": {"content": headline, "type_": "PLAIN_TEXT"}}
    )
    for entity in answer.entities:
        if entity.type_ != language_v1.Entity.Type.PERSON:
            continue
        if "wikipedia_url" in entity.metadata:
            return "famous"
        if entity.metadata.get("mid"):
            return "known"
    return "nobody"


print(standing(sys.argv[1]))
