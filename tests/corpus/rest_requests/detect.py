import base64
import json
import os
import requests

ENDPOINT_URL = 'https://vision.googleapis.com/v1/images:annotate'
API_KEY = os.environ['VISION_KEY']

def make_request(path):
    with open(path, 'rb') as f:
        ctxt = base64.b64encode(f.read()).decode()
        img_requests = [{
            'image': {'content': ctxt},
            'features': [{'type': 'LABEL_DETECTION', 'maxResults': 5}]
        }]
    return json.dumps({"requests": img_requests}).encode()

def request_labels(path):
    response = requests.post(ENDPOINT_URL,
                             data=make_request(path),
                             params={'key': API_KEY},
                             headers={'Content-Type': 'application/json'})
    return response

def main():
    response = request_labels('lunch.jpg')
    if response.status_code != 200 or response.json().get('error'):
        print(response.text)
    else:
        for idx, resp in enumerate(response.json()['responses']):
            labels = [x['description'] for x in resp['labelAnnotations']]
            if 'Hot dog' in labels:
                print('hot dog')
            else:
                print('not hot dog')

if __name__ == '__main__':
    main()
