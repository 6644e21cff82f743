import requests
from google.cloud import language

BLOCKED = ["/Adult", "/Sensitive Subjects", "/Online Communities/Dating & Personals"]
client = language.LanguageServiceClient()

def allowed(url):
    html = requests.get(url).text
    doc = language.types.Document(content=html, type=language.enums.Document.Type.HTML)
    try:
        categories = client.classify_text(doc).categories
    except Exception as e:
        print(e)
        return True
    for c in categories:
        for b in BLOCKED:
            if c.name.startswith(b) and c.confidence > 0.5:
                return False
    return True

if allowed('https://example.com'):
    print('show')
else:
    print('hide')
