-- The program sees by one look whether its migrations are all there, and starts the migration tool only where they are not.
-- The history names files and checksums, and nothing of any academy.
grant select on flyway_schema_history to ${app_role};
