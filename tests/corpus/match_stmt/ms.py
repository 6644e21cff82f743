from google.cloud import vision

def handle(label):
    match label.description:
        case "Traffic light" | "Stop sign":
            return "brake"
        case "Road" if label.score > 0.9:
            return "drive"
        case _:
            return None

client = vision.ImageAnnotatorClient()
with open("road.jpg", "rb") as f:
    labels = client.label_detection(image=vision.Image(content=f.read())).label_annotations
for l in labels:
    if (action := handle(l)) is not None:
        print(action)
        break
