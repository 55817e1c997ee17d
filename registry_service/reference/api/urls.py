from django.urls import path

from reference.api import views

urlpatterns = [
    path("states/", views.States.as_view(), name="states"),
    path("lgas/", views.Lgas.as_view(), name="lgas"),
    path("regulators/", views.Regulators.as_view(), name="regulators"),
    path("professions/", views.Professions.as_view(), name="professions"),
    path("register-parts/", views.RegisterParts.as_view(), name="register-parts"),
    path("specialties/", views.Specialties.as_view(), name="specialties"),
    path("reasons/", views.Reasons.as_view(), name="reasons"),
    path("document-requirements/", views.DocumentRequirements.as_view(), name="document-requirements"),
    path("fees/", views.Fees.as_view(), name="fees"),
]
