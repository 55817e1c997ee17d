from django.urls import path

from staff.api.views import Evidence, Leave, StaffDetail, StaffList, VerifyMany, VerifyOne

urlpatterns = [
    path("", StaffList.as_view(), name="staff"),
    path("verify/", VerifyMany.as_view(), name="staff-verify-many"),
    path("<uuid:affiliation_id>/", StaffDetail.as_view(), name="staff-detail"),
    path("<uuid:affiliation_id>/verify/", VerifyOne.as_view(), name="staff-verify"),
    path("<uuid:affiliation_id>/leave/", Leave.as_view(), name="staff-leave"),
    path("<uuid:affiliation_id>/verifications/", Evidence.as_view(), name="staff-verifications"),
]
