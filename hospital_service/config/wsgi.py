"""What gunicorn loads. The start-up checks run first: a wrong setting stops the start and says how to mend it."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

django.setup(set_prefix=False)
call_command("check", databases=["default"])

application = get_wsgi_application()
