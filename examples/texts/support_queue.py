"""Puts a help request into the queue of those who can answer it."""

from google.cloud import language_v1

client = language_v1.LanguageServiceClient()


def queue_of(message):
    answer = client.classify_text(
        document={"content": message, "type_": language_v1.Document.Type.PLAIN_TEXT}
    )
    names = [category.name for category in answer.categories if category.confidence > 0.5]
    if any("Computer Hardware" in name for name in names):
        return "hardware"
    elif any("Operating Systems" in name for name in names):
        return "operating systems"
    elif any("/Computers & Electronics" in name for name in names):
        return "software"
    return "front desk"
