-- The two roles of one service and its database; run by psql as superuser, any number of times.
-- Takes the variables service, owner_password and app_password.

SELECT format('CREATE ROLE %I LOGIN', :'service' || '_owner')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'service' || '_owner') \gexec
SELECT format('CREATE ROLE %I LOGIN', :'service' || '_app')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'service' || '_app') \gexec
-- Tests alone make databases; where this file once let the owner, it may no longer.
SELECT format('ALTER ROLE %I NOCREATEDB PASSWORD %L', :'service' || '_owner', :'owner_password') \gexec
SELECT format('ALTER ROLE %I PASSWORD %L', :'service' || '_app', :'app_password') \gexec

SELECT format('CREATE DATABASE %I OWNER %I', :'service', :'service' || '_owner')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'service') \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :'service') \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO %I', :'service', :'service' || '_app') \gexec
