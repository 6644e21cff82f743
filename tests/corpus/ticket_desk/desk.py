from flask import Flask, jsonify, request
from google.cloud import language_v1

app = Flask(__name__)
language = language_v1.LanguageServiceClient()


def document_of(text):
    return {"content": text, "type_": language_v1.Document.Type.PLAIN_TEXT}


@app.route("/tickets", methods=["POST"])
def sort_ticket():
    document = document_of(request.json["body"])
    mood = language.analyze_sentiment(request={"document": document}).document_sentiment
    topics = language.classify_text(request={"document": document}).categories
    names = language.analyze_entities(request={"document": document}).entities
    is_angry = mood.score <= -0.6
    is_about_money = any(topic.name.startswith("/Finance") for topic in topics)
    if is_angry and is_about_money:
        desk = "claims"
    elif is_angry:
        desk = "hotline"
    elif any(one.type_ == language_v1.Entity.Type.PRICE for one in names):
        desk = "sales"
    else:
        desk = "mail"
    return jsonify({"desk": desk})
