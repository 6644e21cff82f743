"""Turn comments on pictures away that show what nobody wants, and say what it was."""
from google.cloud import vision

client = vision.ImageAnnotatorClient()
BANNED = [
    "weapon", "knife", "rifle", "pistol", "blood", "wound", "cigarette", "tobacco", "beer", "wine",
    "liquor", "syringe", "bomb", "grenade", "sword", "corpse", "skull", "casino", "poker", "lingerie",
]


def reasons(path):
    with open(path, "rb") as file:
        labels = client.label_detection(image=vision.Image(content=file.read())).label_annotations
    found = []
    for label in labels:
        for word in BANNED:
            if word in label.description.lower():
                found.append("shows " + word)
                break
    return found


def post(path):
    why = reasons(path)
    if why:
        print("refused: " + ", ".join(why))
        return False
    print("posted")
    return True


if __name__ == "__main__":
    post("picture.jpg")
