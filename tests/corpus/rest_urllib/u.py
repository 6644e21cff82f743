import json
import base64
from urllib.request import Request, urlopen

KEY = 'AIza...'

def vision(img):
    url = "https://vision.googleapis.com/v1/images:annotate?key=" + KEY
    data = {"requests": [{"image": {"content": base64.b64encode(img).decode("utf-8")},
                          "features": [{"type": "FACE_DETECTION", "maxResults": 3}]}]}
    req = Request(url, json.dumps(data).encode("utf-8"), {"Content-Type": "application/json"})
    res = json.loads(urlopen(req).read())
    return res["responses"][0]

r = vision(open("me.jpg", "rb").read())
if "faceAnnotations" in r:
    print("hello human")
else:
    print("nobody")
