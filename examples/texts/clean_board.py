"""Holds back posts that a message board about hobbies does not want."""

from google.cloud import language_v1

UNWANTED = ["Politics", "Religion & Belief", "Law & Government"]


class Board:
    def __init__(self):
        self.client = language_v1.LanguageServiceClient()

    def is_welcome(self, post):
        document = {"content": post, "type_": "PLAIN_TEXT"}
        answer = self.client.classify_text(request={"document": document})
        for category in answer.categories:
            parts = category.name.split("/")
            for part in parts:
                if part in UNWANTED:
                    return False
        return True
