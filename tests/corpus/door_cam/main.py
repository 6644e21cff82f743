# raspberry pi door camera
import io
import os
import time

from google.cloud import vision
from google.cloud.vision import types
import picamera
import RPi.GPIO as GPIO

os.environ["GOOGLE_APPLICATION_CREDENTIALS"] = "key.json"
GPIO.setmode(GPIO.BCM)
GPIO.setup(18, GPIO.OUT)
client = vision.ImageAnnotatorClient()
camera = picamera.PiCamera()

def takephoto():
    camera.capture('image.jpg')

def main():
    while True:
        takephoto()
        with io.open('image.jpg', 'rb') as image_file:
            content = image_file.read()
        image = types.Image(content=content)
        response = client.label_detection(image=image)
        labels = response.label_annotations
        print('Labels:')
        flag = 0
        for label in labels:
            print(label.description)
            if label.description == 'Cat' or label.description == 'Dog':
                flag = 1
        if flag == 1:
            GPIO.output(18, GPIO.HIGH)
        else:
            GPIO.output(18, GPIO.LOW)
        time.sleep(5)

if __name__ == '__main__':
    main()
