import sqlite3
from google.cloud import vision

conn = sqlite3.connect('plants.db')

def poisonous(path):
    client = vision.ImageAnnotatorClient()
    with open(path, 'rb') as f:
        ls = client.label_detection(image=vision.Image(content=f.read())).label_annotations
    for l in ls:
        row = conn.execute('select * from poisonous where name = ?', (l.description,)).fetchone()
        if row is not None:
            return True
    return False

if poisonous('berry.jpg'):
    print('do not eat')
else:
    print('probably fine')
