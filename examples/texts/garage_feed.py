"""The feed of a garage: motorcycles before cars, bargains last."""

from google.cloud import language_v1

client = language_v1.LanguageServiceClient()
MOTORCYCLES = "/Autos & Vehicles/Motor Vehicles (By Type)/Motorcycles"


def section(post):
    document = language_v1.Document(content=post, type_=language_v1.Document.Type.PLAIN_TEXT)
    response = client.classify_text(request={"document": document})
    names = {category.name for category in response.categories}
    if MOTORCYCLES in names:
        return "two wheels"
    if "/Autos & Vehicles" in names:
        return "four wheels"
    if "/Shopping" in names:
        return "bargains"
    return "not for us"
