"""The same three lids; compost goes first, whatever the order of the labels."""

import base64

import requests

ADDRESS = "https://vision.googleapis.com/v1/images:annotate"
FOOD = {"Food", "Produce", "Fruit", "Vegetables"}
MATERIAL = {"Plastic", "Glass", "Paper", "Cardboard", "Metal", "Carton"}
WORN = {"Clothing", "Shirt", "Pants", "Outwear", "Footwear", "Shoes", "T-shirt"}


def choose_lid(content, key):
    body = {
        "requests": [
            {
                "image": {"content": base64.b64encode(content).decode()},
                "features": [{"type": "LABEL_DETECTION", "maxResults": 10}],
            }
        ]
    }
    answer = requests.post(ADDRESS, params={"key": key}, json=body, timeout=10).json()
    names = {one["description"] for one in answer["responses"][0].get("labelAnnotations", [])}
    if names & FOOD:
        return "compost"
    elif names & MATERIAL:
        return "recycling"
    elif names & WORN:
        return "donation"
    return "waste"
