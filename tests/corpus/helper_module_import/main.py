import detect_util as du
from flask import Flask, request
app = Flask(__name__)

@app.route("/check", methods=["POST"])
def check():
    request.files["image"].save("tmp.jpg")
    objs = du.localize_objects("tmp.jpg")
    for o in objs:
        if o.name == "Dog" or o.name == "Cat":
            return "Pet", 200
    return "No pet", 404

if __name__ == "__main__":
    app.run(host="0.0.0.0")
