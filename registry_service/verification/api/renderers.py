"""The media types that say it is the registry speaking."""

from rest_framework.renderers import JSONRenderer


class AnswerRenderer(JSONRenderer):
    media_type = "application/vnd.phb.verification.v1+json"
    format = "answer"


class BatchRenderer(JSONRenderer):
    media_type = "application/vnd.phb.verification-batch.v1+json"
    format = "batch"
