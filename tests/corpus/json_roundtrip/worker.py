import json
import redis
from google.cloud import vision

r = redis.Redis()

def produce(path):
    client = vision.ImageAnnotatorClient()
    with open(path, 'rb') as f:
        resp = client.label_detection(image=vision.Image(content=f.read()))
    return json.dumps([{'label': l.description, 'score': l.score} for l in resp.label_annotations])

def consume(message):
    for item in json.loads(message):
        if item['label'] == 'Smoke' and item['score'] > 0.8:
            r.publish('alarm', '1')
            return
    r.publish('ok', '1')

consume(produce('forest.jpg'))
