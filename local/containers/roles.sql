-- The postgres image runs this once, when it has begun a new database.

\getenv service PHB_SERVICE
\set owner_password `cat /secrets/database/owner_password`
\set app_password `cat /secrets/database/app_password`
\i /roles.sql
