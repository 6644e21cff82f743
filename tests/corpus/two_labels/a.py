from google.cloud import vision
client = vision.ImageAnnotatorClient()
def run(p):
    with open(p, 'rb') as f:
        labels = client.label_detection(image=vision.Image(content=f.read())).label_annotations
    cat = dog = 0
    for l in labels:
        if l.description == 'Cat':
            cat = l.score
        elif l.description == 'Dog':
            dog = l.score
    if cat > dog:
        return 'cat'
    elif dog > cat:
        return 'dog'
    return 'neither'
print(run('a.jpg'))
