"""stub"""

from django.http import HttpResponse

from siaga.desk.access import access


@access()
def page(request, **k):
    return HttpResponse("stub")


@access()
def verdicts(request, **k):
    return HttpResponse("stub")


@access()
def place(request, **k):
    return HttpResponse("stub")


@access()
def tiles(request, **k):
    return HttpResponse("stub")
