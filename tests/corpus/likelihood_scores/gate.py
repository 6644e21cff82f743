from flask import Flask, jsonify, request
from google.cloud import vision

app = Flask(__name__)
LIMITS = {"adult": 0.6, "violence": 0.8}
WEIGHTS = {
    vision.Likelihood.UNKNOWN: 0.0,
    vision.Likelihood.VERY_UNLIKELY: 0.0,
    vision.Likelihood.UNLIKELY: 0.25,
    vision.Likelihood.POSSIBLE: 0.5,
    vision.Likelihood.LIKELY: 0.75,
    vision.Likelihood.VERY_LIKELY: 1.0,
}


class Gate:
    def __init__(self):
        self.client = vision.ImageAnnotatorClient()

    def flags(self, content):
        answer = self.client.safe_search_detection(image=vision.Image(content=content))
        safe = answer.safe_search_annotation
        found = []
        for name, limit in LIMITS.items():
            if WEIGHTS[getattr(safe, name)] >= limit:
                found.append(name)
        return found


gate = Gate()


@app.route("/check", methods=["POST"])
def check():
    try:
        if gate.flags(request.files["picture"].read()):
            return jsonify({"verdict": "unsafe"})
        return jsonify({"verdict": "safe"})
    except Exception as error:
        return jsonify({"error": str(error)}), 500
