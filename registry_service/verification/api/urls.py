from django.urls import path

from verification.api.views import Verify, VerifyBatch

urlpatterns = [
    path("batch/", VerifyBatch.as_view(), name="verify-batch"),
    # A council's number may hold slashes: MDCN/R/12345.
    path("<path:license_number>/", Verify.as_view(), name="verify"),
]
