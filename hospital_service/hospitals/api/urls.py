from django.urls import path

from hospitals.api.views import HospitalDetail, HospitalList

urlpatterns = [
    path("", HospitalList.as_view(), name="hospitals"),
    path("<uuid:pk>/", HospitalDetail.as_view(), name="hospital"),
]
