#!/usr/bin/env python
# Which shelf does a returned thing go to?   sorter.py PICTURE
import io, os, sys, string
from google.cloud import vision
from google.cloud.vision import types

SHELVES = {'toys': ['Toy', 'Doll', 'Teddy bear'], 'books': ['Book', 'Publication'], 'tools': ['Tool', 'Hammer']}
MODE = 0644


def ask(path, (limit, floor)=(10, 0.6)):
    client = vision.ImageAnnotatorClient()
    with io.open(path, 'rb') as f:
        image = types.Image(content=f.read())
    try:
        answer = client.label_detection(image=image, max_results=limit)
    except IOError, (code, message):
        print >>sys.stderr, 'cannot read', `code`, message
        raise SystemExit, 1
    return [(one.description.encode('utf-8'), one.score) for one in answer.label_annotations if one.score >= floor]


def votes(labels):
    counts = {}
    for shelf, names in SHELVES.iteritems():
        counts[shelf] = len(filter(lambda (name, score): name in names, labels))
    return counts


def cmp_names(a, b):
    return len(a) - len(b) or (a > b) - (a < b)


found = votes(ask(sys.argv[1]))
total = sum(found.values())
if total <> 0:
    ordered = sorted(found.items(), cmp=lambda (a, _), (b, __): cmp_names(a, b))
    best = filter(lambda (shelf, n): n > 0, ordered)[0][0]
    print 'shelf:', ; print best
    os.chmod(sys.argv[1], MODE)
else: print 'ask a person'
