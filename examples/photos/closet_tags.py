"""Tags for a closet application: a photo may get several."""

from flask import Flask, jsonify, request
from google.cloud import vision

app = Flask(__name__)
client = vision.ImageAnnotatorClient()


@app.route("/tags", methods=["POST"])
def tags():
    image = vision.Image(content=request.get_data())
    names = [
        one.description.lower() for one in client.label_detection(image=image).label_annotations
    ]
    found = []
    if any("sleeve" in name for name in names) or "hoodie" in names:
        found.append("warm")
    if "shorts" in names or "t-shirt" in names or "undershirt" in names:
        found.append("summer")
    if "blazer" in names or "shirt" in names or "dress" in names:
        found.append("formal")
    if "shoes" in names or "hat" in names:
        found.append("accessory")
    return jsonify(found)
