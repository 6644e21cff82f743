from flask import Flask, request, jsonify
from google.cloud import vision

app = Flask(__name__)

@app.route('/tags', methods=['POST'])
def tags():
    client = vision.ImageAnnotatorClient()
    image = vision.Image(content=request.data)
    response = client.label_detection(image=image)
    return jsonify([{'name': l.description, 'score': round(l.score, 2)} for l in response.label_annotations])
