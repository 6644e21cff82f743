# -*- coding: utf-8 -*-
"""Sort letters by mood; a source of Python 2 that Python 3 parses as well."""

import sys

from google.cloud import language

reload(sys)
sys.setdefaultencoding("utf8")

client = language.LanguageServiceClient()


def tray_for(letter):
    mood = client.analyze_sentiment(document={"content": letter}).document_sentiment
    if mood.magnitude < 0.6:
        return "later"
    if mood.score < -0.2:
        return "complaints"
    return "thanks"
