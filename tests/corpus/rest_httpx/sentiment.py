import httpx
import os

async def score(text):
    url = f"https://language.googleapis.com/v1/documents:analyzeSentiment?key={os.getenv('KEY')}"
    async with httpx.AsyncClient() as client:
        r = await client.post(url, json={"document": {"type": "PLAIN_TEXT", "content": text}, "encodingType": "UTF8"})
    r.raise_for_status()
    return r.json()["documentSentiment"]["score"]

async def handle(update, context):
    s = await score(update.message.text)
    if s < -0.3:
        await update.message.reply_text("Cheer up!")
    elif s > 0.3:
        await update.message.reply_text("Great!")
