-- What was decided about sensitive scopes that waited, and by whom: never the one who asked.
create table api_scope_decisions (
    tenant_id     uuid        not null,
    id            uuid        not null,
    consumer_id   uuid        not null,
    scopes        text[]      not null,
    requested_by  text        not null,
    requested_at  timestamptz not null,
    decided_by    text        not null,
    decided_at    timestamptz not null,
    approved      boolean     not null,
    note          text,
    written_in    xid8        not null default pg_current_xact_id(),
    primary key (tenant_id, id),
    foreign key (tenant_id, consumer_id) references api_consumers (tenant_id, id),
    constraint api_scope_decisions_another_person check (decided_by <> requested_by),
    constraint api_scope_decisions_scopes check (cardinality(scopes) > 0),
    constraint api_scope_decisions_note check (char_length(note) between 1 and 500)
);
create index api_scope_decisions_by_consumer on api_scope_decisions (tenant_id, consumer_id, id);

alter table api_scope_decisions enable row level security;
create policy api_scope_decisions_of_tenant on api_scope_decisions
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));
grant select, insert on api_scope_decisions to ${app_role};

-- A scope that waited is granted only together with its approval, whichever way the program comes to it.
create function guard_scope_approval()
    returns trigger
    language plpgsql
    set search_path = pg_catalog, public, pg_temp
as
$$
declare
    granted text[] := array(select unnest(old.scopes_pending) intersect select unnest(new.scopes));
begin
    if not exists (
        select from public.api_scope_decisions d
        where d.tenant_id = new.tenant_id and d.consumer_id = new.id and d.written_in = pg_current_xact_id()
            and d.approved and d.requested_by = old.scopes_requested_by and d.scopes @> granted)
    then
        raise exception 'scopes that wait are granted by a second person''s approval only' using errcode = '23514';
    end if;
    return null;
end
$$;
create trigger api_consumers_guard_scope_approval
    after update of scopes on api_consumers
    for each row
    when (old.scopes_pending && new.scopes)
    execute function guard_scope_approval();

-- Keys of the academy that end within days are listed by their end.
create index api_keys_by_end on api_keys (tenant_id, expires_at, id) where revoked_at is null;
-- Keys that became public, the latest first.
create index api_keys_leaked on api_keys (tenant_id, leaked_at desc, id) where leaked_at is not null;

-- An owner sets what holds for all consumers and keys. Nothing else of a tenant is the application's to change.
grant update (burst_requests, burst_seconds, sustained_requests, sustained_seconds, monthly_quota, max_key_age_days)
    on tenants to ${app_role};
