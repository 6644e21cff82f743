import argparse
import base64

import googleapiclient.discovery

def main(photo_file):
    service = googleapiclient.discovery.build('vision', 'v1')
    with open(photo_file, 'rb') as image:
        image_content = base64.b64encode(image.read())
        service_request = service.images().annotate(body={
            'requests': [{
                'image': {'content': image_content.decode('UTF-8')},
                'features': [{'type': 'LABEL_DETECTION', 'maxResults': 1}]
            }]
        })
        response = service_request.execute()
        label = response['responses'][0]['labelAnnotations'][0]['description']
        if label == 'Cat':
            print('Meow')
        elif label == 'Dog':
            print('Woof')
        else:
            print('Found label: %s for %s' % (label, photo_file))

if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('image_file', help='The image.')
    args = parser.parse_args()
    main(args.image_file)
