"""`make gateway-files`: write the files of gateway/ that follow from something else."""

import json

from local.gateway import COMPOSE, SOURCE, Limits, limits_conf, uploads_conf

TYPE_BASE = "https://phb.ng/problems/"


def write() -> None:
    """Write problems.conf from codes.json, and from the default limits what the containers mount."""
    codes = json.loads((SOURCE / "codes.json").read_text(encoding="utf-8"))
    (SOURCE / "problems.conf").write_text(problems_conf(codes), encoding="utf-8")
    (COMPOSE / "limits.conf").write_text(limits_conf(Limits()), encoding="utf-8")
    (COMPOSE / "uploads.conf").write_text(uploads_conf(Limits()), encoding="utf-8")


def problems_conf(codes: dict[str, dict[str, str | int]]) -> str:
    """Return problems.conf: for each code, what nginx answers where it refuses or fails with that status."""
    statuses = " ".join(str(row["status"]) for row in codes.values())
    rows = "\n".join(f"    {row['status']} '{_problem(code, row)}';" for code, row in codes.items())
    return f"""\
# What nginx itself answers when it refuses or fails: the rows of codes.json as problem documents, written by
# `make gateway-files`. What a service answers passes through untouched, errors too.

error_page {statuses} /.problem;
error_page 494 =431 /.problem;    # nginx's own number for headers that are too large
error_page 497 =400 /.problem;    # plain HTTP on a port that speaks TLS

map $status $phb_problem {{
{rows}
}}
"""


def _problem(code: str, row: dict[str, str | int]) -> str:
    members = {
        "type": TYPE_BASE + code,
        "title": row["title"],
        "status": row["status"],
        "detail": row["sentence"],
        "code": code,
        "request_id": "$phb_request_id",
    }
    return json.dumps(members).replace("'", "\\u0027")
