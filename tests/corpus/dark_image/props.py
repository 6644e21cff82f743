from google.cloud import vision

client = vision.ImageAnnotatorClient()
image = vision.Image()
image.source.image_uri = 'gs://bucket/img.jpg'
props = client.image_properties(image=image).image_properties_annotation
dark = 0.0
for color in props.dominant_colors.colors:
    if color.color.red < 60 and color.color.green < 60 and color.color.blue < 60:
        dark += color.pixel_fraction
if dark > 0.5:
    print('too dark')
else:
    print('fine')
