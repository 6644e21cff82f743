"""Answers how sure a picture of a trail camera is of foxes and badgers."""

from flask import Flask, jsonify, request
from google.cloud import vision

app = Flask(__name__)
client = vision.ImageAnnotatorClient()


@app.route("/scores", methods=["POST"])
def scores():
    image = vision.Image(content=request.data)
    found = {}
    for label in client.label_detection(image=image).label_annotations:
        if label.description == "Fox":
            found["fox"] = label.score
        if label.description == "Badger":
            found["badger"] = label.score
    return jsonify(found)
