from django.apps import AppConfig


class FeesConfig(AppConfig):
    name = "fees"

    def ready(self) -> None:
        from fees import checks  # noqa: F401 -- importing registers the checks
