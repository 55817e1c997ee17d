from django.urls import path

from identity.api import views

urlpatterns = [path("me/identity/", views.MyIdentity.as_view(), name="my-identity")]
