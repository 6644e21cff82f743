"""Which desk of a commodity trader hears of a wire message: the first that it concerns."""

from google.cloud import language_v1 as language

METALS = "/Business & Industrial/Metals & Mining"
ENERGY = "/Business & Industrial/Energy & Utilities"
CROPS = "/Business & Industrial/Agriculture & Forestry"


def alert(wire):
    client = language.LanguageServiceClient()
    document = language.Document(content=wire, type_=language.Document.Type.PLAIN_TEXT)
    for category in client.classify_text(request={"document": document}).categories:
        if category.name.startswith(METALS):
            return "metals desk"
        if category.name.startswith(ENERGY):
            return "energy desk"
        if category.name.startswith(CROPS):
            return "crops desk"
    return None
