import base64
import json

import http.client

ADDRESS = "https://vision.googleapis.com/v1/images:annotate?key=made-up"
content = base64.b64encode(open("picture.png", "rb").read()).decode()
body = {"requests": [{"image": {"content": content}, "features": [{"type": "LABEL_DETECTION"}]}]}
connection = http.client.HTTPSConnection("vision.googleapis.com")
connection.request("POST", "/v1/images:annotate?key=made-up", json.dumps(body))
answer = json.load(connection.getresponse())
print(" ".join(one["description"] for one in answer["responses"][0]["labelAnnotations"]))
