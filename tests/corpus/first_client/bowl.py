from google.cloud import vision

client = vision.Client()
FOOD = ["Cat food", "Pet food", "Kibble"]


def is_full(path):
    with open(path, "rb") as file:
        image = client.image(content=file.read())
    for label in image.detect_labels(limit=15):
        if label.description in FOOD and label.score > 0.5:
            return True
    return False


if is_full("bowl.jpg"):
    print("sleep")
else:
    print("fill the bowl")
