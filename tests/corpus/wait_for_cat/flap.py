import boto3
import picamera
import RPi.GPIO as GPIO

rekognition = boto3.client("rekognition")
camera = picamera.PiCamera()
at_the_door = False
while not at_the_door:
    camera.capture("door.jpg")
    with open("door.jpg", "rb") as file:
        answer = rekognition.detect_labels(Image={"Bytes": file.read()}, MinConfidence=75)
    for label in answer["Labels"]:
        if label["Name"] in ("Cat", "Kitten"):
            at_the_door = True
GPIO.output(7, GPIO.HIGH)
