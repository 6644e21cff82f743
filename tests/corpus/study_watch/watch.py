"""A study timer over the REST interface: where the head points, and then what lies on the desk."""

import base64

import requests

ADDRESS = "https://vision.googleapis.com/v1/images:annotate?key=none"
FACES = [{"type": "FACE_DETECTION", "maxResults": 1}]
LABELS = [{"type": "LABEL_DETECTION", "maxResults": 10}]


def body_of(picture, features):
    return {"requests": [{"image": {"content": picture}, "features": [features]}]}


def state_of(path):
    with open(path, "rb") as file:
        picture = base64.b64encode(file.read()).decode()
    faces = requests.post(ADDRESS, json=body_of(picture, FACES)).json()["responses"][0]
    labels = requests.post(ADDRESS, json=body_of(picture, LABELS)).json()["responses"][0]
    if "faceAnnotations" not in faces:
        return "away"
    face = faces["faceAnnotations"][0]
    if abs(face["panAngle"]) > 35:
        return "looking aside"
    for label in labels.get("labelAnnotations", []):
        if label["description"] in ("Mobile phone", "Gadget"):
            return "on the phone"
    return "studying"


print(state_of("desk.jpg"))
