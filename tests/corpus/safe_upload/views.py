from django.http import JsonResponse
from django.core.exceptions import ValidationError
from django.views.decorators.csrf import csrf_exempt
from .validators import validate_image
from .models import Photo

@csrf_exempt
def upload(request):
    if request.method != 'POST':
        return JsonResponse({'error': 'POST only'}, status=405)
    data = request.FILES['photo'].read()
    try:
        validate_image(data)
    except ValidationError as e:
        return JsonResponse({'ok': False}, status=400)
    Photo.objects.create(data=data)
    return JsonResponse({'ok': True})
