-- Since when a consumer holds a scope, whichever way it got it: a scope that was granted lately is not unused yet.
create table api_scope_grants (
    tenant_id    uuid        not null,
    consumer_id  uuid        not null,
    scope        text        not null,
    granted_at   timestamptz not null default now(),
    primary key (tenant_id, consumer_id, scope),
    foreign key (tenant_id, consumer_id) references api_consumers (tenant_id, id)
);
alter table api_scope_grants enable row level security;
create policy api_scope_grants_of_tenant on api_scope_grants
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));
grant select, insert, delete on api_scope_grants to ${app_role};

-- Nobody knows since when these are held, so their time begins now.
insert into api_scope_grants (tenant_id, consumer_id, scope)
select distinct tenant_id, id, unnest(scopes) from api_consumers;

-- With the rights of whoever changes the consumer.
create function note_scope_grants()
    returns trigger
    language plpgsql
    set search_path = pg_catalog, public, pg_temp
as
$$
begin
    delete from public.api_scope_grants
    where tenant_id = new.tenant_id and consumer_id = new.id and scope <> all (new.scopes);
    insert into public.api_scope_grants (tenant_id, consumer_id, scope)
    select new.tenant_id, new.id, unnest(new.scopes)
    on conflict do nothing;
    return null;
end
$$;
create trigger api_consumers_note_scope_grants
    after insert or update of scopes on api_consumers
    for each row execute function note_scope_grants();
