import base64
import json

import io

import pycurl

ADDRESS = "https://vision.googleapis.com/v1/images:annotate?key=made-up"
content = base64.b64encode(open("picture.png", "rb").read()).decode()
body = {"requests": [{"image": {"content": content}, "features": [{"type": "LABEL_DETECTION"}]}]}
out = io.BytesIO()
client = pycurl.Curl()
client.setopt(client.URL, ADDRESS)
client.setopt(client.POSTFIELDS, json.dumps(body))
client.setopt(client.WRITEDATA, out)
client.perform()
answer = json.loads(out.getvalue())
print(" ".join(one["description"] for one in answer["responses"][0]["labelAnnotations"]))
