from django.urls import path

from applications.api import documents, payment, review, third_parties, views

urlpatterns = [
    path("applications/", views.Applications.as_view(), name="applications"),
    path("applications/<uuid:uid>/", views.Application.as_view(), name="application"),
    path("applications/<uuid:uid>/payment/", payment.Payment.as_view(), name="payment"),
    path("applications/<uuid:uid>/documents/", documents.Documents.as_view(), name="documents"),
    path("applications/<uuid:uid>/documents/<uuid:document>/", documents.Document.as_view(), name="document"),
    path("applications/<uuid:uid>/submit/", views.Submit.as_view(), name="submit-application"),
    path("applications/<uuid:uid>/withdraw/", views.Withdraw.as_view(), name="withdraw-application"),
    path("applications/<uuid:uid>/respond/", views.Respond.as_view(), name="respond-to-questions"),
    path("admin/applications/", review.Queue.as_view(), name="files"),
    path("admin/applications/next/", review.Next.as_view(), name="next-file"),
    path("admin/applications/<uuid:uid>/", review.File.as_view(), name="file"),
    path("admin/applications/<uuid:uid>/documents/", third_parties.FileDocuments.as_view(), name="documents-of-file"),
    path(
        "admin/applications/<uuid:uid>/document-requests/",
        review.RequestDocument.as_view(),
        name="request-document",
    ),
    path("document-requests/<uuid:uid>/", third_parties.RequestedDocument.as_view(), name="requested-document"),
    path(
        "document-requests/<uuid:uid>/documents/",
        third_parties.RequestedDocumentUpload.as_view(),
        name="give-requested-document",
    ),
    path(
        "admin/applications/<uuid:uid>/documents/<uuid:document>/",
        documents.FileDocument.as_view(),
        name="document-of-file",
    ),
    path("admin/applications/<uuid:uid>/claim/", review.Claim.as_view(), name="claim-file"),
    path("admin/applications/<uuid:uid>/assign/", review.Assign.as_view(), name="assign-file"),
    path("admin/applications/<uuid:uid>/reassign/", review.Reassign.as_view(), name="reassign-file"),
    path("admin/applications/<uuid:uid>/notes/", review.AddNote.as_view(), name="note-on-file"),
    path("admin/applications/<uuid:uid>/conflict/", review.DeclareInterest.as_view(), name="declare-interest"),
    path("admin/applications/<uuid:uid>/release/", review.Release.as_view(), name="release-file"),
    path(
        "admin/applications/<uuid:uid>/request-information/",
        review.RequestInformation.as_view(),
        name="request-information",
    ),
    path("admin/applications/<uuid:uid>/flags/", review.RaiseFlag.as_view(), name="raise-flag"),
    path("admin/applications/<uuid:uid>/flags/<uuid:flag>/verdict/", review.GiveVerdict.as_view(), name="give-verdict"),
    path("admin/applications/<uuid:uid>/approve/", review.Approve.as_view(), name="approve-file"),
    path("admin/applications/<uuid:uid>/reject/", review.Reject.as_view(), name="reject-file"),
    path("admin/applications/<uuid:uid>/return/", review.Return.as_view(), name="return-file"),
]
