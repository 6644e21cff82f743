import base64
import json

import httplib2

ADDRESS = "https://vision.googleapis.com/v1/images:annotate?key=made-up"
content = base64.b64encode(open("picture.png", "rb").read()).decode()
body = {"requests": [{"image": {"content": content}, "features": [{"type": "LABEL_DETECTION"}]}]}
_, text = httplib2.Http().request(ADDRESS, "POST", json.dumps(body))
answer = json.loads(text)
print(" ".join(one["description"] for one in answer["responses"][0]["labelAnnotations"]))
