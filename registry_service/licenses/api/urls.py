from django.urls import path

from licenses.api import views

urlpatterns = [
    path("me/entry/", views.MyEntry.as_view(), name="my-entry"),
    path("me/entry/photograph/", views.MyPhotograph.as_view(), name="my-photograph"),
    path("admin/practitioners/", views.People.as_view(), name="people"),
    path("admin/practitioners/<uuid:uid>/", views.PersonEntry.as_view(), name="entry"),
    path("admin/practitioners/<uuid:uid>/photograph/", views.PersonPhotograph.as_view(), name="photograph"),
]
