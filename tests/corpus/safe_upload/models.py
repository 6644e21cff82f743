from django.db import models

class Photo(models.Model):
    data = models.BinaryField()
