"""A scale that knows what lies on it; the cashier's list is in the order of the menu."""

from google.cloud import vision

MENU = {
    "apple": ["Apple", "Golden Delicious", "Granny Smith", "Pink Lady", "Royal Gala"],
    "citrus": ["Lemon", "Lime", "Orange", "Satsumas", "Red Grapefruit"],
    "melon": ["Melon", "Cantaloupe", "Watermelon", "Honeydew Melon"],
    "pear": ["Pear", "Anjou", "Conference", "Kaiser"],
}


class Scale:
    def __init__(self):
        self.client = vision.ImageAnnotatorClient()

    def key_for(self, photo):
        response = self.client.label_detection(image=vision.Image(content=photo))
        found = [label.description for label in response.label_annotations]
        for key, names in MENU.items():
            for name in names:
                if name in found:
                    return key
        return "ask"
