import cv2
from google.cloud import vision

FRAMES = 8


def main():
    client = vision.ImageAnnotatorClient()
    camera = cv2.VideoCapture("crowd.mp4")
    angry = 0
    while True:
        there, frame = camera.read()
        if not there:
            break
        picture = cv2.imencode(".jpg", frame)[1].tobytes()
        faces = client.face_detection(image=vision.Image(content=picture)).face_annotations
        if any(face.anger_likelihood >= vision.Likelihood.LIKELY for face in faces):
            angry += 1
    if angry > FRAMES:
        print("call for help")
    else:
        print("all is calm")


main()
