"""HTTP in, one query, HTTP out."""

from datetime import date
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from accounts.api.permissions import HasScope, has_scope, require_scope
from common.caching import PublicView
from common.clock import day_in_lagos
from common.declared import refuses
from common.filters import refuse_unknown_parameters
from search.api.cursors import Cursor, question_of, read_cursor, write_cursor
from search.api.serializers import SearchPageSerializer, SearchParameters, StatisticsSerializer
from search.queries import Hit, current_statistics, find_licenses
from search.rules import ANONYMOUS_RESULTS, NARROW_SEARCH

SEARCH_SCOPE = "search"


class Search(APIView):
    """Find licenses by the names of their holders, former ones too, or by their numbers.

    The first 50 results are shown to anyone, who is then asked to narrow the search. A service client with
    the scope `search` pages on without end, and may ask by `state`. A search that takes too long is refused,
    422 `search_too_broad`: another name or a filter helps, asking again does not.
    """

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="search_licenses",
        tags=["search"],
        summary="Find licenses by name or number",
        parameters=[SearchParameters],
        responses=SearchPageSerializer,
    )
    @refuses(find_licenses, read_cursor, HasScope(SEARCH_SCOPE))
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, set(SearchParameters().fields))
        asked = SearchParameters(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        text, filters = asked.validated_data["q"], asked.filters()
        question = question_of(text, filters)
        cursor = asked.validated_data.get("cursor")
        before = read_cursor(cursor, question=question) if cursor else Cursor(place=None, shown=0)
        size = asked.validated_data["page_size"]
        if filters.state:
            # With it, anyone could find out in 37 questions where a named person works.
            require_scope(request, SEARCH_SCOPE)
        if not has_scope(request, SEARCH_SCOPE):
            size = max(0, min(size, ANONYMOUS_RESULTS - before.shown))
        day = day_in_lagos(timezone.now())
        # One more than the page, to know whether there are more.
        hits = find_licenses(text, filters, day=day, after=before.place, limit=size + 1)
        page = hits[:size]
        onward = None
        if len(hits) > size:
            onward = Cursor(place=page[-1].place if page else before.place, shown=before.shown + len(page))
        return Response(
            {**_what_follows(request, onward, question), "results": [_row(hit, day) for hit in page]},
            headers={"Cache-Control": "private, no-store"},
        )


def _what_follows(request: Request, onward: Cursor | None, question: str) -> dict[str, Any]:
    """Say where to go on, or that only the scope lets anyone; `onward` is None after the last result."""
    if onward is None:
        return {"next": None, "narrow_search": False, "message": None}
    if not has_scope(request, SEARCH_SCOPE) and onward.shown >= ANONYMOUS_RESULTS:
        return {"next": None, "narrow_search": True, "message": NARROW_SEARCH}
    cursor = write_cursor(onward, question=question)
    return {
        "next": replace_query_param(request.build_absolute_uri(), "cursor", cursor),
        "narrow_search": False,
        "message": None,
    }


def _row(hit: Hit, day: date) -> dict[str, Any]:
    license = hit.license
    return {
        "license_number": license.number,
        "full_name": license.full_name,
        "matched_name": hit.matched_name,
        "is_former_name": hit.is_former_name,
        "profession": license.profession,
        "regulator": license.regulator,
        "register": license.category,
        "register_part": license.register_part,
        "status": license.status_on(day).value,
        "may_practise": not license.obstacles_on(day),
    }


class Statistics(PublicView):
    """Figures about the whole register, brought up to date every five minutes.

    The gateway keeps an answer for a minute more, so it may be six minutes old; `computed_at` says of when it is.
    Where holders live is published by state only, and not where a figure could tell of one of them.
    """

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="get_statistics",
        tags=["search"],
        summary="Figures about the whole register",
        responses=StatisticsSerializer,
    )
    @refuses(current_statistics)
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, set())
        statistics = current_statistics()
        return Response({"computed_at": statistics.computed_at, "position": statistics.position, **statistics.figures})
