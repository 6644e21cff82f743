import aioboto3
import asyncio
import aiofiles

async def check(path):
    session = aioboto3.Session()
    async with aiofiles.open(path, 'rb') as f:
        data = await f.read()
    async with session.client('rekognition', region_name='eu-west-1') as client:
        response = await client.detect_labels(Image={'Bytes': data})
    for label in response['Labels']:
        parents = [p['Name'] for p in label['Parents']]
        if 'Vehicle' in parents:
            return 'vehicle'
        if 'Animal' in parents:
            return 'animal'
    return 'nothing'

async def main():
    print(await check('road.jpg'))

if __name__ == '__main__':
    asyncio.run(main())
