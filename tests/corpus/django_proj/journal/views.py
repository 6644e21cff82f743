from django.shortcuts import render, redirect
from django.views import View
from journal.nlp import mood
from journal.models import Entry


class EntryView(View):
    def get(self, request):
        return render(request, 'new.html')

    def post(self, request):
        text = request.POST.get('text', '')
        if not text:
            return redirect('/new')
        score = mood(text)
        if score < -0.5:
            return render(request, 'help.html', {'hotline': '123'})
        Entry.objects.create(text=text, score=score)
        return redirect('/')
