from django.urls import path

from audit.api.views import Audit

urlpatterns = [path("admin/audit/", Audit.as_view(), name="audit")]
