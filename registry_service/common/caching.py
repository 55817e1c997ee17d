"""Answers that are the same for everyone, which caches may keep for a stated time."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.declared import speaks

_ETAG = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    required=True,
    response=[200],
    description="Of this answer, to be sent as If-None-Match.",
)
_IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of the answer that you have: 304, if it still holds.",
)


@speaks(_ETAG, _IF_NONE_MATCH)
class PublicView(APIView):
    """A view whose 200 may be kept for `public_seconds`; it carries an ETag, and If-None-Match gets 304.

    Refusals are not kept: what was missing a moment ago may be there now.
    """

    public_seconds: ClassVar[int] = 60

    @method_decorator(conditional_page)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        if response.status_code == 200:
            patch_cache_control(response, public=True, max_age=self.public_seconds)
        return super().finalize_response(request, response, *args, **kwargs)
