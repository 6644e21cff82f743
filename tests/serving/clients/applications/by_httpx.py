import base64
import json

import httpx

ADDRESS = "https://vision.googleapis.com/v1/images:annotate?key=made-up"
content = base64.b64encode(open("picture.png", "rb").read()).decode()
body = {"requests": [{"image": {"content": content}, "features": [{"type": "LABEL_DETECTION"}]}]}
answer = httpx.post(ADDRESS, json=body).json()
print(" ".join(one["description"] for one in answer["responses"][0]["labelAnnotations"]))
