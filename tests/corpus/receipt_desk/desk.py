"""Puts a photographed paper into a tray."""

import re
import sys

from google.cloud import vision

AMOUNT = re.compile(r"\b\d+[.,]\d{2}\s*(eur|chf)\b", re.IGNORECASE)
DUNNING = ("final notice", "overdue", "reminder")


def words_on(path):
    client = vision.ImageAnnotatorClient()
    with open(path, "rb") as handle:
        image = vision.Image(content=handle.read())
    found = client.text_detection(image=image).text_annotations
    return found[0].description if found else ""


def tray(text):
    plain = text.lower()
    if not plain.strip():
        return "blank"
    if any(one in plain for one in DUNNING):
        return "urgent"
    if plain.startswith("invoice") or "invoice no" in plain:
        return "to pay"
    if AMOUNT.search(text):
        return "receipts"
    if len(text.split()) > 40:
        return "letters"
    return "other"


print(tray(words_on(sys.argv[1])))
