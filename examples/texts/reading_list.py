"""Tags an article for the reading list; an article may have several tags."""

from google.cloud import language_v2

client = language_v2.LanguageServiceClient()


def tags(article):
    document = language_v2.Document(
        content=article, type_=language_v2.Document.Type.PLAIN_TEXT, language_code="en"
    )
    found = client.classify_text(document=document).categories
    religion = politics = science = money = False
    for category in found:
        if category.confidence < 0.6:
            continue
        if category.name.startswith("/People & Society/Religion"):
            religion = True
        if "/Politics" in category.name:
            politics = True
        if category.name.startswith("/Science") or category.name.startswith("/Health"):
            science = True
        if category.name.startswith("/Finance"):
            money = True
    return {"religion": religion, "politics": politics, "science": science, "money": money}
