from googleapiclient import discovery
from oauth2client.client import GoogleCredentials
import httplib2

def service():
    credentials = GoogleCredentials.get_application_default()
    http = httplib2.Http()
    credentials.authorize(http)
    return discovery.build('language', 'v1beta1', http=http)

def polarity(text):
    body = {'document': {'type': 'PLAIN_TEXT', 'content': text}}
    request = service().documents().analyzeSentiment(body=body)
    response = request.execute()
    score = response['documentSentiment']['score']
    if score > 0:
        return 1
    return 0

if __name__ == '__main__':
    if polarity(raw_input('text: ')):
        print('positive')
    else:
        print('not positive')
