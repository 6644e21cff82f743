# not an API that we know: must not be found
from azure.cognitiveservices.vision.computervision import ComputerVisionClient
from msrest.authentication import CognitiveServicesCredentials

client = ComputerVisionClient('https://x', CognitiveServicesCredentials('k'))
result = client.tag_image('http://y/z.jpg')
for tag in result.tags:
    if tag.name == 'dog' and tag.confidence > 0.5:
        print('dog')
        break
else:
    print('no dog')
