"""A lamp takes the colour of the strongest feeling of the first face in the picture."""

from google.cloud import vision

COLOURS = {"joy": "yellow", "anger": "red", "sorrow": "blue", "surprise": "violet"}


def strongest(face):
    feelings = {
        "joy": face.joy_likelihood,
        "anger": face.anger_likelihood,
        "sorrow": face.sorrow_likelihood,
        "surprise": face.surprise_likelihood,
    }
    name, likelihood = max(feelings.items(), key=lambda pair: pair[1])
    return name if likelihood >= vision.Likelihood.POSSIBLE else None


def colour_of(path):
    client = vision.ImageAnnotatorClient()
    with open(path, "rb") as file:
        image = vision.Image(content=file.read())
    faces = client.face_detection(image=image, max_results=3).face_annotations
    if not faces:
        return "off"
    feeling = strongest(faces[0])
    return COLOURS.get(feeling, "white")


if __name__ == "__main__":
    print(colour_of("snapshot.jpg"))
