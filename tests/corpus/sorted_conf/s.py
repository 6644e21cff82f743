import boto3

def top_label(path):
    client = boto3.client('rekognition')
    with open(path, 'rb') as f:
        response = client.detect_labels(Image={'Bytes': f.read()})
    ordered = sorted(response['Labels'], key=lambda l: l['Confidence'], reverse=True)
    first = ordered[0]['Name'] if ordered else 'None'
    return first

t = top_label('p.jpg')
if t in ['Flower', 'Plant', 'Tree']:
    print('botany')
elif t in ['Bird', 'Insect']:
    print('zoology')
else:
    print('misc')
