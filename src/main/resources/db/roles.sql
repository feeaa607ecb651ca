-- Roles and database of Operating Spine, for PostgreSQL 15 to 18. It may run again: it makes what is missing and
-- sets the passwords. An administrator prepares a server with
--
--   psql -v ON_ERROR_STOP=1 -v owner_password=… -v app_password=… -v worker_password=… \
--        -h HOST -U postgres -d postgres -f roles.sql
--
-- and the embedded database runs the same file, so that both have the same rights. For that it keeps to what
-- RolesScript understands of psql: a statement ends at a line's end, :'name' is a value, \gexec and \connect.

-- spine_owner owns the database and runs the migrations; the application never signs in as it.
SELECT 'CREATE ROLE spine_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'spine_owner')
\gexec
ALTER ROLE spine_owner PASSWORD :'owner_password';

-- spine_app is the application: it owns nothing, so row-level security binds it. Migrations grant it its tables.
SELECT 'CREATE ROLE spine_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'spine_app')
\gexec
ALTER ROLE spine_app PASSWORD :'app_password';

-- spine_worker reads the queues of all tenants, and nothing else.
SELECT 'CREATE ROLE spine_worker LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'spine_worker')
\gexec
ALTER ROLE spine_worker PASSWORD :'worker_password';

-- An administrator who is no superuser, as at most hosters, has to be a member to give the database away.
SELECT format('GRANT spine_owner TO %I', current_user)
 WHERE NOT pg_has_role(current_user, 'spine_owner', 'USAGE')
\gexec

-- Locale C sorts and compares alike on every machine and keeps indexes valid when the operating system is renewed.
SELECT 'CREATE DATABASE spine OWNER spine_owner TEMPLATE template0 ENCODING ''UTF8'' LOCALE_PROVIDER libc LOCALE ''C'''
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'spine')
\gexec

\connect spine
REVOKE ALL ON DATABASE spine FROM PUBLIC;
GRANT CONNECT ON DATABASE spine TO spine_app, spine_worker;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
