"""How OpenAPI names the two ways of proving who asks."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from accounts.rules import Scope


class UserTokenScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.UserAuthentication"
    name = "userToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class ClientTokenScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.ServiceClientAuthentication"
    name = "clientToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        flow = {"tokenUrl": "/api/registry/auth/client-token/", "scopes": {s.value: str(s.label) for s in Scope}}
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}
