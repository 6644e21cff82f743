from flask import Flask, request, jsonify, render_template
from google.cloud import vision
import os

app = Flask(__name__)
PRICES = {"Apple": 3, "Banana": 1, "Orange": 2}

@app.route('/')
def home():
    return render_template('index.html')

@app.route('/predict', methods=['POST'])
def predict():
    if 'file' not in request.files:
        return jsonify({'error': 'no file'}), 400
    f = request.files['file']
    client = vision.ImageAnnotatorClient()
    image = vision.Image(content=f.read())
    objects = client.object_localization(image=image).localized_object_annotations
    for object_ in objects:
        if object_.name in PRICES:
            return jsonify({'fruit': object_.name, 'price': PRICES[object_.name]})
    return jsonify({'fruit': None, 'price': 0})

if __name__ == '__main__':
    app.run(debug=True)
