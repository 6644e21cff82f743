import csv
from pathlib import Path
from google.cloud import vision

BASE = Path(__file__).parent
calories = {}
with open(BASE / 'calories.csv') as f:
    for row in csv.DictReader(f):
        calories[row['food']] = int(row['kcal'])

def estimate(path):
    client = vision.ImageAnnotatorClient()
    response = client.label_detection(image=vision.Image(content=Path(path).read_bytes()))
    for label in response.label_annotations:
        if label.description in calories:
            return calories[label.description]
    return None

kcal = estimate('lunch.jpg')
if kcal is None:
    print('unknown food')
elif kcal > 300:
    print('heavy')
else:
    print('light')
