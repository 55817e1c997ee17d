"""Where each module's addresses begin."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from common.health import healthz, readyz
from common.metrics import metrics

api: list[URLPattern | URLResolver] = [
    path("auth/", include("accounts.api.urls")),
    path("verify/", include("verification.api.urls")),
    path("", include("search.api.urls")),
    path("", include("licenses.api.urls")),
    path("", include("duplicates.api.urls")),
    path("", include("applications.api.urls")),
    path("", include("fees.api.urls")),
    path("", include("identity.api.urls")),
    path("", include("audit.api.urls")),
    path("", include("reference.api.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
]

urlpatterns = [
    path("api/registry/", include(api)),
    path("", include("accounts.api.well_known")),
    path("admin/", admin.site.urls),
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
]

handler400 = "common.problems.bad_request"
handler403 = "common.problems.permission_denied"
handler404 = "common.problems.page_not_found"
handler500 = "common.problems.server_error"
