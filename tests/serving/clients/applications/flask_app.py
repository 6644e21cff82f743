import base64

import requests
from flask import Flask
from google.cloud import vision

app = Flask(__name__)
client = None
ADDRESS = "https://vision.googleapis.com/v1/images:annotate?key=made-up"
PICTURE = open("picture.png", "rb").read()


@app.route("/grpc")
def over_grpc():
    global client
    client = client or vision.ImageAnnotatorClient()
    found = client.label_detection(image=vision.Image(content=PICTURE)).label_annotations
    return " ".join(one.description for one in found)


@app.route("/rest")
def over_rest():
    image = {"content": base64.b64encode(PICTURE).decode()}
    one = {"image": image, "features": [{"type": "LABEL_DETECTION"}]}
    answer = requests.post(ADDRESS, json={"requests": [one]}).json()
    return " ".join(one["description"] for one in answer["responses"][0]["labelAnnotations"])
