"""Lets a person answer letters that sound angry.

python angry_mail.py LETTER.txt ...
"""

import sys

from google.cloud import language_v1


def needs_a_person(client, letter):
    document = {"content": letter, "type_": language_v1.Document.Type.PLAIN_TEXT}
    answer = client.analyze_sentiment(request={"document": document})
    return answer.document_sentiment.score < -0.25


if __name__ == "__main__":
    client = language_v1.LanguageServiceClient()
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            letter = file.read()
        print(f"{path}: {'a person' if needs_a_person(client, letter) else 'the robot'}")
