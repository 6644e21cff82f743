import yaml
import boto3

cfg = yaml.safe_load(open('watch.yaml'))
client = boto3.client('rekognition', region_name=cfg['region'])

def hit(data):
    r = client.detect_labels(Image={'Bytes': data}, MaxLabels=cfg['max_labels'], MinConfidence=cfg['min'])
    names = [x['Name'] for x in r['Labels']]
    out = []
    for w in cfg['watch']:
        out.append(w in names)
    return out

with open('frame.jpg', 'rb') as f:
    print(hit(f.read()))
