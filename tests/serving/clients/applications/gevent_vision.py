from gevent import monkey

monkey.patch_all()

import grpc.experimental.gevent

grpc.experimental.gevent.init_gevent()

from google.cloud import vision

client = vision.ImageAnnotatorClient()
image = vision.Image(content=open("picture.png", "rb").read())
print(" ".join(one.description for one in client.label_detection(image=image).label_annotations))
