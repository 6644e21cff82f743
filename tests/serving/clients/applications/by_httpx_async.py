import base64
import json

import asyncio

import httpx

ADDRESS = "https://vision.googleapis.com/v1/images:annotate?key=made-up"
content = base64.b64encode(open("picture.png", "rb").read()).decode()
body = {"requests": [{"image": {"content": content}, "features": [{"type": "LABEL_DETECTION"}]}]}

async def main():
    async with httpx.AsyncClient(http2=True) as client:
        return (await client.post(ADDRESS, json=body)).json()


answer = asyncio.run(main())
print(" ".join(one["description"] for one in answer["responses"][0]["labelAnnotations"]))
