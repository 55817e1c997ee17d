"""What each role may do on the operators' pages. This is the one place that says so; superusers may do everything."""

from collections.abc import Collection

from accounts.rules import Role

_NATIONAL, _AUDITOR = Role.NATIONAL_ADMINISTRATOR, Role.AUDITOR
_SEE = ("view",)
_KEEP = ("view", "add", "change")

# Each page, and below it each table that is shown as a part of it. What opens to no role is for superusers, and is
# named all the same: about a new page somebody decides here.
PAGES: dict[str, dict[Role, tuple[str, ...]]] = {
    # The councils and their rules are the national administrator's work.
    "reference.regulator": {_NATIONAL: _KEEP},
    "reference.profession": {_NATIONAL: _KEEP},
    "reference.registerpart": {_NATIONAL: _KEEP},
    "reference.specialty": {_NATIONAL: _KEEP},
    "reference.practisingterm": {_NATIONAL: _KEEP},
    "reference.reviewrule": {_NATIONAL: _KEEP},
    "reference.documenttype": {_NATIONAL: _KEEP},
    "reference.documentrequirement": {_NATIONAL: _KEEP},
    "reference.fee": {_NATIONAL: _KEEP},
    "reference.reason": {_NATIONAL: _KEEP},
    "reference.state": {_NATIONAL: _KEEP},
    "reference.lga": {_NATIONAL: _KEEP},
    # So is who holds an office, and who is barred: accounts are opened by the people themselves.
    "accounts.user": {_NATIONAL: ("view", "change")},
    "accounts.roleassignment": {_NATIONAL: ("view", "add", "delete")},
    # Complaints lead from an application to the license, and back to the list or the officer that it came from.
    "applications.professionalapplication": {_NATIONAL: _SEE},
    "applications.applicationtransition": {_NATIONAL: _SEE},
    "applications.question": {_NATIONAL: _SEE},
    "applications.reaudit": {_NATIONAL: _SEE},
    "applications.reaudittransition": {_NATIONAL: _SEE},
    "practitioners.practitioner": {_NATIONAL: _SEE},
    "practitioners.practitionername": {_NATIONAL: _SEE},
    "practitioners.practitioneridentifier": {_NATIONAL: _SEE},
    "practitioners.practitionerdeath": {_NATIONAL: _SEE},
    "licenses.phbprofessionalregistry": {_NATIONAL: _SEE},
    "licenses.licensetransition": {_NATIONAL: _SEE},
    "licenses.practisingcertificate": {_NATIONAL: _SEE},
    "licenses.renewalgrace": {_NATIONAL: _SEE},
    "licenses.suspension": {_NATIONAL: _SEE},
    "licenses.removal": {_NATIONAL: _SEE},
    "licenses.condition": {_NATIONAL: _SEE},
    "licenses.licensespecialty": {_NATIONAL: _SEE},
    "duplicates.merge": {_NATIONAL: _SEE},
    "changes.recordedchange": {_NATIONAL: _SEE},
    "importing.importrun": {_NATIONAL: _SEE},
    "fees.feepayment": {_NATIONAL: _SEE},
    "fees.feepaymentstep": {_NATIONAL: _SEE},
    # As in the API; and looking at it is recorded there, too.
    "audit.auditrecord": {_NATIONAL: _SEE, _AUDITOR: _SEE},
    # What keeps the service running. It says more about people than anybody needs who runs no service.
    "accounts.serviceclient": {},
    "accounts.serviceclientsecret": {},
    "identity.identitycheck": {},
    "documents.storedfile": {},
    "notifications.outgoingemail": {},
    "notifications.outgoingsms": {},
    "auth.group": {},
    "axes.accessattempt": {},
    "axes.accessfailurelog": {},
    "axes.accesslog": {},
    "token_blacklist.blacklistedtoken": {},
    "token_blacklist.outstandingtoken": {},
}


def opens_pages(role: str) -> bool:
    """Say whether anything on the operators' pages is open to this role."""
    return any(role in given for given in PAGES.values())


def permissions_of(roles: Collection[str]) -> set[str]:
    """Return what these roles may do there, each as Django calls it: `reference.add_fee`."""
    return {
        f"{app}.{act}_{table}"
        for page, given in PAGES.items()
        for app, table in [page.split(".")]
        for role, acts in given.items()
        for act in acts
        if role in roles
    }
