from flask import Flask, request
from twilio.twiml.messaging_response import MessagingResponse
from google.cloud import vision
import requests

app = Flask(__name__)

def tags_for(url):
    client = vision.ImageAnnotatorClient()
    data = requests.get(url).content
    resp = client.label_detection(image=vision.Image(content=data))
    return [l.description.lower() for l in resp.label_annotations]

@app.route('/sms', methods=['POST'])
def sms():
    reply = MessagingResponse()
    if request.form['NumMedia'] == '0':
        reply.message('send a picture')
        return str(reply)
    tags = tags_for(request.form['MediaUrl0'])
    if any('rash' in t for t in tags):
        reply.message('Please see a dermatologist.')
    elif 'wound' in tags or 'blood' in tags:
        reply.message('Clean the wound and call 911.')
    else:
        reply.message('I can not help.')
    return str(reply)
