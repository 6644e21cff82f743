"""A locker that opens if somebody stands before it in two pictures in a row."""

import time

import gpiozero
import picamera
from google.cloud import vision

camera = picamera.PiCamera()
lock = gpiozero.OutputDevice(17)


def somebody_there():
    camera.capture("now.jpg")
    with open("now.jpg", "rb") as file:
        image = vision.Image(content=file.read())
    client = vision.ImageAnnotatorClient()
    found = client.object_localization(image=image).localized_object_annotations
    return any(one.name == "Person" and one.score > 0.6 for one in found)


first = somebody_there()
time.sleep(3)
second = somebody_there()
if first and second:
    lock.on()
else:
    print("keep closed")
