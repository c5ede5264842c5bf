"""stub"""
from django.http import HttpResponse
from siaga.desk.access import access
@access()
def room(request, **k): return HttpResponse('stub')
