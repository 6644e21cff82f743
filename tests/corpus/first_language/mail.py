"""Sort letters to the editor, with the first client of the API."""

import sys

from google.cloud import language

client = language.Client()


def tray_for(letter):
    document = client.document_from_text(letter)
    mood = document.analyze_sentiment().sentiment
    if mood.score < -0.4 and mood.magnitude > 1:
        return "complaints"
    if mood.score > 0.4:
        return "praise"
    return "others"


if __name__ == "__main__":
    for path in sys.argv[1:]:
        with open(path) as file:
            print(path, tray_for(file.read()))
