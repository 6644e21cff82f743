#!/usr/bin/env python
import base64
from googleapiclient import discovery
from oauth2client.client import GoogleCredentials

DISCOVERY_URL = 'https://{api}.googleapis.com/$discovery/rest?version={apiVersion}'

def main(photo_file):
    credentials = GoogleCredentials.get_application_default()
    service = discovery.build('vision', 'v1', credentials=credentials, discoveryServiceUrl=DISCOVERY_URL)
    with open(photo_file, 'rb') as image:
        image_content = base64.b64encode(image.read())
        service_request = service.images().annotate(body={
            'requests': [{'image': {'content': image_content}, 'features': [{'type': 'LABEL_DETECTION', 'maxResults': 5}]}]
        })
        response = service_request.execute()
    print "Results:"
    found = False
    for result in response['responses'][0]['labelAnnotations']:
        print "%s - %.3f" % (result['description'], result['score'])
        if result['description'] == 'person':
            found = True
    if found:
        print "intruder!"
    else:
        print "all quiet"

if __name__ == '__main__':
    main('cam.jpg')
