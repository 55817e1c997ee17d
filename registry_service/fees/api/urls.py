from django.urls import path

from fees.api import views

urlpatterns = [
    path("payments/webhooks/<slug:provider>/", views.Webhook.as_view(), name="payment-webhook"),
    path("payments/fake/<str:reference>/pay/", views.FakePay.as_view(), name="pay-with-fake-provider"),
]
