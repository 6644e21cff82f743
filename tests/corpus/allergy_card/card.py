import sys

import streamlit as st
from google.cloud import vision

WARNINGS = {
    "Peanut": "nuts",
    "Almond": "nuts",
    "Milk": "milk",
    "Cheese": "milk",
    "Bread": "wheat",
    "Pasta": "wheat",
}


def card(picture):
    client = vision.ImageAnnotatorClient()
    image = vision.Image(content=picture)
    seen = {one.name for one in client.object_localization(image=image).localized_object_annotations}
    seen |= {one.description for one in client.label_detection(image=image).label_annotations}
    found = []
    for name in ("nuts", "milk", "wheat"):
        if any(WARNINGS.get(one) == name for one in seen):
            found.append(name)
    if found:
        st.error("Take care - " + ", ".join(found))
    else:
        st.success("Nothing was found")


with open(sys.argv[1], "rb") as file:
    card(file.read())
