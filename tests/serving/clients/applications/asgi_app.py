from google.cloud import vision

client = None
PICTURE = open("picture.png", "rb").read()


async def app(scope, receive, send):
    global client
    assert scope["type"] == "http"
    client = client or vision.ImageAnnotatorAsyncClient()
    feature = {"type_": vision.Feature.Type.LABEL_DETECTION}
    request = {"requests": [{"image": {"content": PICTURE}, "features": [feature]}]}
    answer = await client.batch_annotate_images(request)
    found = " ".join(one.description for one in answer.responses[0].label_annotations)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": found.encode()})
