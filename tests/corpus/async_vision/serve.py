from fastapi import FastAPI, UploadFile, File, HTTPException
from google.cloud import vision_v1

app = FastAPI()
ACCEPTED = frozenset(["Dog", "Dog breed", "Puppy", "Canidae"])

@app.post("/dogs")
async def dogs(file: UploadFile = File(...)):
    client = vision_v1.ImageAnnotatorAsyncClient()
    content = await file.read()
    request = vision_v1.AnnotateImageRequest(
        image=vision_v1.Image(content=content),
        features=[vision_v1.Feature(type_=vision_v1.Feature.Type.LABEL_DETECTION)],
    )
    response = await client.batch_annotate_images(requests=[request])
    labels = response.responses[0].label_annotations
    if not any(l.description in ACCEPTED and l.score >= 0.8 for l in labels):
        raise HTTPException(status_code=422, detail="no dog in the picture")
    return {"ok": True}
