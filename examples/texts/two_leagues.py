"""Follows baseball and hockey, and nothing else that is called a sport."""

from google.cloud import language_v1

client = language_v1.LanguageServiceClient()


def league(post):
    answer = client.classify_text(
        request={"document": {"content": post, "type_": language_v1.Document.Type.PLAIN_TEXT}}
    )
    for category in answer.categories:
        leaf = category.name.split("/")[-1].lower()
        if leaf == "baseball":
            return "baseball"
        if leaf == "hockey":
            return "hockey"
    return "ignore"
