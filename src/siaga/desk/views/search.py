"""stub"""
from django.http import HttpResponse
from siaga.desk.access import access
@access()
def search(request, **k): return HttpResponse('stub')
