from google.cloud import vision
from lib import has

c = vision.ImageAnnotatorClient.from_service_account_json('key.json')
img = vision.Image()
img.source.image_uri = 'https://x/y.jpg'
if has(c, img, names=['Bicycle', 'Helmet']):
    print('cyclist')
else:
    print('nobody')
