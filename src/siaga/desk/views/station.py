"""stub"""
from django.http import HttpResponse
from siaga.desk.access import access
@access()
def station(request, **k): return HttpResponse('stub')
