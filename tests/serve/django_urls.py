"""The addresses of an application with Django that the service stands beside."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def elsewhere(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Django's own")


urlpatterns = [path("elsewhere", elsewhere)]
