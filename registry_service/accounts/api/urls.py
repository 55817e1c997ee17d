from django.urls import path

from accounts.api import schema, second_factor, views  # noqa: F401 -- importing schema names the ways of signing in for OpenAPI
from accounts.api.client_token import ClientTokenView

urlpatterns = [
    path("register/", views.RegisterView.as_view()),
    path("confirm-email/", views.ConfirmEmailView.as_view()),
    path("confirm-email/resend/", views.ResendConfirmationView.as_view()),
    path("token/", views.SignInView.as_view()),
    path("token/refresh/", views.RefreshView.as_view()),
    path("token/revoke/", views.SignOutView.as_view()),
    path("password/reset/", views.RequestPasswordResetView.as_view()),
    path("password/reset/confirm/", views.ResetPasswordView.as_view()),
    path("password/change/", views.ChangePasswordView.as_view()),
    path("second-factor/", second_factor.SecondFactorView.as_view()),
    path("second-factor/confirm/", second_factor.ConfirmView.as_view()),
    path("second-factor/recovery-codes/", second_factor.RecoveryCodesView.as_view()),
    path("second-factor/remove/", second_factor.RemoveView.as_view()),
    path("me/", views.MeView.as_view()),
    path("client-token/", ClientTokenView.as_view()),
]
