import asyncio

import aioboto3


async def main():
    async with aioboto3.Session().client("rekognition") as client:
        answer = await client.detect_labels(Image={"Bytes": open("picture.png", "rb").read()})
        print(" ".join(one["Name"] for one in answer["Labels"]))


asyncio.run(main())
