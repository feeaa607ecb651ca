-- Who asked for the scopes that wait, since somebody else has to approve them.
alter table api_consumers
    add column scopes_requested_by  text,
    add column scopes_requested_at  timestamptz;
update api_consumers set scopes_requested_by = 'unknown', scopes_requested_at = updated_at where scopes_pending <> '{}';
alter table api_consumers
    add constraint api_consumers_request check (
        (scopes_pending = '{}') = (scopes_requested_by is null)
        and (scopes_requested_by is null) = (scopes_requested_at is null));

-- Few consumers wait at any time, and the list of them is asked for by id.
create index api_consumers_waiting on api_consumers (tenant_id, id) where scopes_requested_at is not null;
