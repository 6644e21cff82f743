"""Draws a map for reports that lead to several places."""

from google.cloud import language_v1


class Mapper:
    def __init__(self):
        self.client = language_v1.LanguageServiceClient()

    def wants_map(self, text):
        document = language_v1.Document(content=text, type_="PLAIN_TEXT")
        places = 0
        for entity in self.client.analyze_entities(document=document).entities:
            if entity.type_ == language_v1.Entity.Type.LOCATION:
                places += 1
        if places >= 3:
            return "route"
        if places == 2:
            return "line"
        return "pin" if places else "no map"
