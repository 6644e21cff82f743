from google.cloud import vision
import sys

def feed(): print('feeding')
def alarm(): print('ALARM')
def light(): print('light on')

ACTIONS = {'Cat': feed, 'Dog': feed, 'Fire': alarm, 'Person': light}

def main():
    client = vision.ImageAnnotatorClient()
    with open(sys.argv[1], 'rb') as f:
        labels = client.label_detection(image=vision.Image(content=f.read())).label_annotations
    for l in labels:
        action = ACTIONS.get(l.description)
        if action is not None:
            action()
            break

main()
