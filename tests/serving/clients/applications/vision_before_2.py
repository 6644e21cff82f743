from google.cloud import vision
from google.cloud.vision import types

client = vision.ImageAnnotatorClient()
image = types.Image(content=open("picture.png", "rb").read())
response = client.label_detection(image=image)
again = client.annotate_image({"image": {"content": image.content}, "features": [{"type": vision.enums.Feature.Type.LABEL_DETECTION}]})
assert response.label_annotations[0].description == again.label_annotations[0].description
print(" ".join(one.description for one in response.label_annotations))
