from django.urls import path

from reference.api.views import LgaList, StateList

urlpatterns = [
    path("states/", StateList.as_view(), name="states"),
    path("lgas/", LgaList.as_view(), name="lgas"),
]
