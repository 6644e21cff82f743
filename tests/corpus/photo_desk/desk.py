"""Take passport pictures over the web: safe ones with one clear face."""

from flask import Flask, jsonify, request
from google.cloud import vision

app = Flask(__name__)
client = vision.ImageAnnotatorClient()
RANK = {
    "UNKNOWN": 0,
    "VERY_UNLIKELY": 1,
    "UNLIKELY": 2,
    "POSSIBLE": 3,
    "LIKELY": 4,
    "VERY_LIKELY": 5,
}


@app.route("/safe", methods=["POST"])
def safe():
    image = vision.Image(content=request.files["picture"].read())
    found = client.safe_search_detection(image=image).safe_search_annotation
    adult = found.adult.name if found and found.adult else "UNKNOWN"
    violence = found.violence.name if found and found.violence else "UNKNOWN"
    if RANK.get(adult, 0) >= RANK["LIKELY"]:
        return jsonify({"taken": False, "why": "adult", "adult": adult, "violence": violence})
    if RANK.get(violence, 0) >= RANK["VERY_LIKELY"]:
        return jsonify({"taken": False, "why": "violence", "adult": adult, "violence": violence})
    return jsonify({"taken": True, "adult": adult, "violence": violence})


@app.route("/face", methods=["POST"])
def face():
    image = vision.Image(content=request.files["picture"].read())
    faces = client.face_detection(image=image).face_annotations or []
    if len(faces) != 1:
        return jsonify({"taken": False, "why": "one face, please"})
    sure = float(getattr(faces[0], "detection_confidence", 0.0) or 0.0)
    if sure < 0.65:
        return jsonify({"taken": False, "why": "not clear", "sure": sure})
    return jsonify({"taken": True, "sure": sure})


if __name__ == "__main__":
    app.run()
