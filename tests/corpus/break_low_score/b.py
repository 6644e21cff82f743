from google.cloud import vision
import sys

def main(argv):
    client = vision.ImageAnnotatorClient()
    with open(argv[1], 'rb') as fh:
        result = client.label_detection(image=vision.Image(content=fh.read()), max_results=20)
    is_sky = False
    for l in result.label_annotations:
        if l.score < 0.7:
            break
        if l.description == 'Sky' or l.description == 'Cloud':
            is_sky = True
    if is_sky:
        print('outdoors')
    else:
        print('indoors')

main(sys.argv)
