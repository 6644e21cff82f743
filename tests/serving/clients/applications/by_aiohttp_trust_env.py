import base64
import json

import asyncio

import aiohttp

ADDRESS = "https://vision.googleapis.com/v1/images:annotate?key=made-up"
content = base64.b64encode(open("picture.png", "rb").read()).decode()
body = {"requests": [{"image": {"content": content}, "features": [{"type": "LABEL_DETECTION"}]}]}

async def main():
    async with aiohttp.ClientSession(trust_env=True) as session, session.post(ADDRESS, json=body) as reply:
        return await reply.json()


answer = asyncio.run(main())
print(" ".join(one["description"] for one in answer["responses"][0]["labelAnnotations"]))
