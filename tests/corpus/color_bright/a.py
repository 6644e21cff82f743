from google.cloud import vision
client = vision.ImageAnnotatorClient()
with open('a.jpg', 'rb') as f:
    colors = client.image_properties(image=vision.Image(content=f.read())).image_properties_annotation.dominant_colors.colors
c = colors[0].color
if 0.299 * c.red + 0.587 * c.green + 0.114 * c.blue > 128:
    print('day')
else:
    print('night')
