from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        from common import checks  # noqa: F401 -- importing registers the checks
        from common.grants import grant_to_runtime_role

        post_migrate.connect(grant_to_runtime_role, dispatch_uid="grant_to_runtime_role")
