"""Say whether a holiday picture shows a sight, and write down how its people look."""

import json

import requests

ADDRESS = "https://vision.googleapis.com/v1/images:annotate"
PICTURE = {"source": {"imageUri": "https://example.com/a.jpg"}}


def shows_sight():
    body = {"requests": [{"image": PICTURE, "features": [{"type": "LANDMARK_DETECTION"}]}]}
    answer = requests.post(ADDRESS, params={"key": "k"}, data=json.dumps(body)).json()
    return len(answer["responses"][0].get("landmarkAnnotations", [])) > 0


def looks():
    body = {"requests": [{"image": PICTURE, "features": [{"type": "FACE_DETECTION"}]}]}
    answer = requests.post(ADDRESS, params={"key": "k"}, data=json.dumps(body)).json()
    found = {}
    for i, face in enumerate(answer["responses"][0].get("faceAnnotations", [])):
        found[f"person_{i + 1}"] = {
            "joy": face.get("joyLikelihood"),
            "anger": face.get("angerLikelihood"),
        }
    return found


if __name__ == "__main__":
    print(shows_sight())
    print(looks())
