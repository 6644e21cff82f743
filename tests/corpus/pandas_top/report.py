"""Which room is this? The labels of a photo in a table, the best one decides."""
import sys

import pandas as pd
from google.cloud import vision

ROOMS = {'Bedroom': 'sleep', 'Kitchen': 'cook', 'Bathroom': 'wash'}


def table(path):
    client = vision.ImageAnnotatorClient()
    with open(path, 'rb') as photo:
        answer = client.label_detection(image=vision.Image(content=photo.read()))
    rows = [{'label': one.description, 'score': one.score} for one in answer.label_annotations]
    return pd.DataFrame(rows, columns=['label', 'score'])


df = table(sys.argv[1])
rooms = df[df['label'].isin(list(ROOMS)) & (df['score'] > 0.6)]
if rooms.empty:
    print('not a room we know')
else:
    best = rooms.sort_values('score', ascending=False).iloc[0]
    print('put it under', ROOMS[best['label']])
