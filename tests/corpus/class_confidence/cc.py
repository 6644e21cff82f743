from google.cloud import language_v1

client = language_v1.LanguageServiceClient()

def tags(text):
    doc = language_v1.Document(content=text, type_=language_v1.Document.Type.PLAIN_TEXT)
    resp = client.classify_text(document=doc)
    result = dict(sports=False, finance=False, tech=False)
    for c in resp.categories:
        if c.confidence < 0.3:
            continue
        if '/Sports' in c.name:
            result['sports'] = True
        if c.name.startswith('/Finance'):
            result['finance'] = True
        if c.name.startswith(('/Computers & Electronics', '/Internet & Telecom')):
            result['tech'] = True
    return result

print(tags(input()))
