import threading
import time
import cv2
from google.cloud import vision

class Watcher(threading.Thread):
    def __init__(self):
        threading.Thread.__init__(self)
        self.client = vision.ImageAnnotatorClient()
        self.alarm = False

    def run(self):
        cam = cv2.VideoCapture(0)
        while True:
            ok, frame = cam.read()
            if not ok:
                break
            _, buf = cv2.imencode('.jpg', frame)
            r = self.client.object_localization(image=vision.Image(content=buf.tobytes()))
            people = [o for o in r.localized_object_annotations if o.name == 'Person' and o.score > 0.6]
            if people:
                self.alarm = True
                print('person detected')
            time.sleep(1)

w = Watcher()
w.start()
