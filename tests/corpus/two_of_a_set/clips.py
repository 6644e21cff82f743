"""Keep the clips whose picture shows at least two different things of a day at the sea."""

from google.cloud import vision

SEA = {"beach", "sand", "wave", "sail", "surfboard", "lighthouse"}
client = vision.ImageAnnotatorClient()


def things(picture):
    answer = client.label_detection(image=vision.Image(content=picture), max_results=20)
    return [one.description.lower() for one in answer.label_annotations]


def sort_clip(picture):
    found = set(things(picture)) & SEA
    if len(found) >= 2:
        print("keep")
    else:
        print("drop")


if __name__ == "__main__":
    with open("clip.jpg", "rb") as clip:
        sort_clip(clip.read())
