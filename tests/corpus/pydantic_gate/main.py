from fastapi import FastAPI, HTTPException, UploadFile
from google.cloud import vision
from pydantic import BaseModel

app = FastAPI()
NAMES = ("UNKNOWN", "VERY_UNLIKELY", "UNLIKELY", "POSSIBLE", "LIKELY", "VERY_LIKELY")


class Verdict(BaseModel):
    adult: str
    violence: str


class Moderator:
    def __init__(self):
        self.client = vision.ImageAnnotatorClient()

    def look(self, data: bytes) -> Verdict:
        response = self.client.safe_search_detection(image=vision.Image(content=data))
        if response.error.message:
            raise RuntimeError(response.error.message)
        safe = response.safe_search_annotation
        return Verdict(adult=NAMES[safe.adult], violence=NAMES[safe.violence])


@app.post("/avatars")
async def avatar(file: UploadFile):
    verdict = Moderator().look(await file.read())
    if verdict.adult in ("LIKELY", "VERY_LIKELY") or verdict.violence == "VERY_LIKELY":
        raise HTTPException(status_code=422, detail="please choose another picture")
    return {"stored": True}
