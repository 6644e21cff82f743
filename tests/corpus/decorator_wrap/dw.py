import functools
import time
from google.cloud import vision

def retry(times):
    def deco(fn):
        @functools.wraps(fn)
        def inner(*args, **kwargs):
            for i in range(times):
                try:
                    return fn(*args, **kwargs)
                except ConnectionError:
                    time.sleep(i)
            return []
        return inner
    return deco

@retry(3)
def labels(path):
    client = vision.ImageAnnotatorClient()
    with open(path, 'rb') as f:
        return client.label_detection(image=vision.Image(content=f.read())).label_annotations

def is_meal(path):
    return any(l.description in ('Meal', 'Dish', 'Cuisine') for l in labels(path))

print('meal' if is_meal('a.jpg') else 'no meal')
