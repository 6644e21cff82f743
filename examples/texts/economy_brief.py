"""Which part of the morning brief an agency message goes to."""

from google.cloud import language_v1


def part_of_brief(text):
    client = language_v1.LanguageServiceClient()
    document = language_v1.Document(content=text, type_=language_v1.Document.Type.PLAIN_TEXT)
    categories = client.classify_text(request={"document": document}).categories
    scores = {one.name: one.confidence for one in categories}
    if scores.get("/Finance/Investing/Currencies & Foreign Exchange", 0) >= 0.5:
        return "currencies"
    if scores.get("/Finance/Banking", 0) >= 0.5:
        return "rates"
    if scores.get("/People & Society/Social Sciences/Economics", 0) >= 0.5:
        return "economy"
    if scores.get("/News/Business News/Company News", 0) >= 0.5:
        return "companies"
    return "other"
