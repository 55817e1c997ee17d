"""The whole system on one machine without Docker: PostgreSQL and nginx from wheels, the services under gunicorn.

Read `__main__` for the commands, `system` for what is started in which order, and then the file named for the thing.
Only the standard library is imported here, so that the commands run before anything is installed.
"""
