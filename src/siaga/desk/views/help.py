"""stub"""
from django.http import HttpResponse
from siaga.desk.access import access
@access()
def help_page(request, **k): return HttpResponse('stub')
