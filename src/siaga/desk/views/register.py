"""stub"""
from django.http import HttpResponse
from siaga.desk.access import access
@access()
def register(request, **k): return HttpResponse('stub')
@access()
def sources(request, **k): return HttpResponse('stub')
