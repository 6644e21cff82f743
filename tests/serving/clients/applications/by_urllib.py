import base64
import json

import urllib.request

ADDRESS = "https://vision.googleapis.com/v1/images:annotate?key=made-up"
content = base64.b64encode(open("picture.png", "rb").read()).decode()
body = {"requests": [{"image": {"content": content}, "features": [{"type": "LABEL_DETECTION"}]}]}
request = urllib.request.Request(ADDRESS, json.dumps(body).encode())
answer = json.load(urllib.request.urlopen(request))
print(" ".join(one["description"] for one in answer["responses"][0]["labelAnnotations"]))
