import sys
from google.cloud import vision

PRIORITY = ['Fire', 'Smoke', 'Flood', 'Crowd']

def event(labels):
    for p in PRIORITY:
        for l in labels:
            if l.description == p:
                return p
    return None

def main():
    c = vision.ImageAnnotatorClient()
    with open(sys.argv[1], 'rb') as f:
        ls = c.label_detection(image=vision.Image(content=f.read())).label_annotations
    e = event(ls)
    if e == 'Fire':
        print('call fire brigade')
    elif e == 'Smoke':
        print('check sensors')
    elif e == 'Flood':
        print('open gates')
    elif e == 'Crowd':
        print('send officers')
    else:
        print('nothing')

main()
