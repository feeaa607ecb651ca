-- Crosses tenants: the academy that a person's claims name, before any tenant is entered. One row or none; sandboxes are
-- no academies.
create function find_academy(p_slug text)
    returns table (id uuid, name text, zone text, sandbox_id uuid)
    language sql
    stable
    rows 1
    security definer
    set search_path = pg_catalog, public, pg_temp
as
$$
    select t.id, t.name, t.zone, (select s.id from tenants s where s.sandbox_of = t.id)
    from tenants t
    where t.slug = p_slug and t.sandbox_of is null
$$;
revoke all on function find_academy(text) from public;
grant execute on function find_academy(text) to ${app_role};

-- A person's sign-in at the portal. The browser holds a secret of which only the hash is here, beside the provider's
-- tokens: without a row that has not ended, those alone open nothing.
create table portal_sessions (
    tenant_id         uuid        not null references tenants (id),
    hash              bytea       not null,
    issuer            text        not null,
    subject           text        not null,
    authenticated_at  timestamptz not null,
    started_at        timestamptz not null,
    expires_at        timestamptz not null,
    ended_at          timestamptz,
    primary key (tenant_id, hash),
    constraint portal_sessions_hash_length check (octet_length(hash) = 32),
    constraint portal_sessions_person check (
        char_length(issuer) between 1 and 500 and char_length(subject) between 1 and 255),
    constraint portal_sessions_period check (expires_at > started_at)
);
create index portal_sessions_by_expiry on portal_sessions (expires_at);

-- A way for one developer of a partner to become one who may use the portal for its consumer. The code is shown once.
create table consumer_invitations (
    tenant_id            uuid        not null,
    id                   uuid        not null,
    consumer_id          uuid        not null,
    hash                 bytea       not null,
    created_at           timestamptz not null,
    created_by           text        not null,
    expires_at           timestamptz not null,
    accepted_at          timestamptz,
    accepted_by_issuer   text,
    accepted_by_subject  text,
    primary key (tenant_id, id),
    unique (tenant_id, hash),
    foreign key (tenant_id, consumer_id) references api_consumers (tenant_id, id),
    constraint consumer_invitations_hash_length check (octet_length(hash) = 32),
    constraint consumer_invitations_period check (expires_at > created_at),
    constraint consumer_invitations_accepted check (
        (accepted_at is null) = (accepted_by_issuer is null)
        and (accepted_at is null) = (accepted_by_subject is null)
        and accepted_at < expires_at)
);
create index consumer_invitations_by_consumer on consumer_invitations (tenant_id, consumer_id, id);

-- Who of a partner may use the portal for which consumer: bound by what the provider guarantees for ever, never by a mail
-- address, which changes hands. A person has one consumer.
create table consumer_partners (
    tenant_id      uuid        not null,
    id             uuid        not null,
    issuer         text        not null,
    subject        text        not null,
    consumer_id    uuid        not null,
    invitation_id  uuid        not null,
    name           text        not null,
    bound_at       timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, issuer, subject),
    unique (tenant_id, invitation_id),
    foreign key (tenant_id, consumer_id) references api_consumers (tenant_id, id),
    foreign key (tenant_id, invitation_id) references consumer_invitations (tenant_id, id),
    constraint consumer_partners_person check (
        char_length(issuer) between 1 and 500 and char_length(subject) between 1 and 255
        and char_length(name) between 1 and 255)
);
create index consumer_partners_by_consumer on consumer_partners (tenant_id, consumer_id, id);

alter table portal_sessions enable row level security;
create policy portal_sessions_of_tenant on portal_sessions
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));
alter table consumer_invitations enable row level security;
create policy consumer_invitations_of_tenant on consumer_invitations
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));
alter table consumer_partners enable row level security;
create policy consumer_partners_of_tenant on consumer_partners
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));

grant select, insert, update (ended_at) on portal_sessions to ${app_role};
grant select, insert, update (accepted_at, accepted_by_issuer, accepted_by_subject) on consumer_invitations
    to ${app_role};
grant select, insert, delete on consumer_partners to ${app_role};

-- Crosses tenants: removes sessions that have been over for a day, a bounded number at a time; returns how many.
create function sweep_portal_sessions(p_limit integer)
    returns integer
    language sql
    security definer
    set search_path = pg_catalog, public, pg_temp
as
$$
    with over as (
        select tenant_id, hash from portal_sessions
        where expires_at < now() - interval '1 day'
        order by expires_at
        limit least(p_limit, 10000)
        for update skip locked),
    swept as (
        delete from portal_sessions s using over o
        where s.tenant_id = o.tenant_id and s.hash = o.hash
        returning 1)
    select count(*)::integer from swept
$$;
revoke all on function sweep_portal_sessions(integer) from public;
grant execute on function sweep_portal_sessions(integer) to ${app_role};
