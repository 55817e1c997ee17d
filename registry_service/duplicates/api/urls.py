from django.urls import path

from duplicates.api import views

urlpatterns = [
    path("admin/practitioners/<uuid:uid>/duplicates/", views.LikelyDuplicates.as_view(), name="likely-duplicates"),
    path("admin/merges/", views.Merges.as_view(), name="merges"),
    path("admin/merges/<uuid:uid>/", views.OneMerge.as_view(), name="merge"),
    path("admin/merges/<uuid:uid>/confirm/", views.Confirm.as_view(), name="confirm-merge"),
    path("admin/merges/<uuid:uid>/decline/", views.Decline.as_view(), name="decline-merge"),
    path("admin/merges/<uuid:uid>/undo/", views.Undo.as_view(), name="undo-merge"),
]
