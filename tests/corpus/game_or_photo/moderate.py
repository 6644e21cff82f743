"""Accept screenshots of games, turn photos of people away."""
import boto3

client = boto3.client("rekognition")
GAME = ["video game", "game", "gaming", "screenshot", "arcade", "console", "pixel art", "joystick", "retro"]
PHOTO = ["person", "human", "people", "man", "woman", "face", "portrait", "selfie", "photography"]


def judge(picture):
    found = client.detect_labels(Image={"Bytes": picture}, MaxLabels=50, MinConfidence=30.0)
    game = photo = 0.0
    for label in found.get("Labels", []):
        name = label["Name"].lower()
        for word in GAME:
            if word in name:
                game = max(game, label["Confidence"])
        for word in PHOTO:
            if word in name:
                photo = max(photo, label["Confidence"])
    if photo > 70.0 and game < 50.0:
        return "photo"
    return "game"


def handler(event, context):
    return {"verdict": judge(event["picture"])}
