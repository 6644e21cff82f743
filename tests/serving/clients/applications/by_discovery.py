import base64

from googleapiclient.discovery import build

service = build("vision", "v1", developerKey="made-up")
content = base64.b64encode(open("picture.png", "rb").read()).decode()
one = {"image": {"content": content}, "features": [{"type": "LABEL_DETECTION"}]}
answer = service.images().annotate(body={"requests": [one]}).execute()
print(" ".join(one["description"] for one in answer["responses"][0]["labelAnnotations"]))
