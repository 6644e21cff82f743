"""Sends posts about sports to the sports desk and everything else to the newsroom.

python sports_desk.py POST.txt ...
"""

import sys

from google.cloud import language_v1


def desk(client, text):
    document = language_v1.Document(content=text, type_=language_v1.Document.Type.PLAIN_TEXT)
    answer = client.classify_text(request={"document": document})
    for category in answer.categories:
        if category.name.startswith("/Sports"):
            return "sports desk"
    return "newsroom"


if __name__ == "__main__":
    client = language_v1.LanguageServiceClient()
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            print(f"{path}: {desk(client, file.read())}")
