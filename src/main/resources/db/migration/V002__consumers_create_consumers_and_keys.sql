create table api_consumers (
    tenant_id           uuid        not null references tenants (id),
    id                  uuid        not null,
    name                text        not null,
    owner_name          text        not null,
    owner_email         text        not null,
    environment         text        not null,
    purpose             text,
    scopes              text[]      not null default '{}',
    scopes_pending      text[]      not null default '{}',
    -- Null means the academy's default.
    burst_requests      integer,
    burst_seconds       integer,
    sustained_requests  integer,
    sustained_seconds   integer,
    monthly_quota       bigint,
    contract_version    text        not null,
    status              text        not null default 'active',
    created_at          timestamptz not null,
    updated_at          timestamptz not null,
    version             bigint      not null default 0,
    primary key (tenant_id, id),
    constraint api_consumers_environment check (environment in ('live', 'test')),
    constraint api_consumers_status check (status in ('active', 'suspended')),
    constraint api_consumers_name_length check (char_length(name) between 1 and 120),
    constraint api_consumers_burst check (burst_requests between 1 and 1000000 and burst_seconds between 1 and 60
        and (burst_requests is null) = (burst_seconds is null)),
    constraint api_consumers_sustained check (
        sustained_requests between 1 and 100000000 and sustained_seconds between 1 and 86400
        and (sustained_requests is null) = (sustained_seconds is null)),
    constraint api_consumers_quota check (monthly_quota > 0),
    constraint api_consumers_scopes_apart check (not scopes && scopes_pending)
);

create table api_keys (
    tenant_id       uuid        not null,
    id              uuid        not null,
    consumer_id     uuid        not null,
    pepper_version  smallint    not null,
    hash            bytea       not null,
    hint_start      text        not null,
    hint_end        text        not null,
    created_at      timestamptz not null,
    created_by      text        not null,
    not_before      timestamptz,
    expires_at      timestamptz,
    revoked_at      timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, consumer_id) references api_consumers (tenant_id, id),
    unique (tenant_id, pepper_version, hash),
    constraint api_keys_hash_length check (octet_length(hash) = 32),
    constraint api_keys_hints check (char_length(hint_start) = 4 and char_length(hint_end) = 4),
    constraint api_keys_period check (expires_at is null or not_before is null or not_before < expires_at)
);
-- A request arrives with a key and no tenant. The index is not unique, because every unique key begins with the
-- tenant; 256 bits of HMAC do not collide.
create index api_keys_by_hash on api_keys (hash);
create index api_keys_by_consumer on api_keys (tenant_id, consumer_id, id);

alter table api_consumers enable row level security;
create policy api_consumers_of_tenant on api_consumers
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));
alter table api_keys enable row level security;
create policy api_keys_of_tenant on api_keys
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));

grant select, insert, update on api_consumers to ${app_role};
grant select, insert, update on api_keys to ${app_role};

-- Crosses tenants: the one look-up that finds out which tenant a key belongs to. One row or none.
create function find_key(p_pepper_version smallint, p_hash bytea)
    returns table (
        key_id uuid, tenant_id uuid, data_tenant_id uuid, zone text, consumer_id uuid, consumer_status text, scopes text[],
        not_before timestamptz, expires_at timestamptz, revoked_at timestamptz,
        burst_requests integer, burst_seconds integer, sustained_requests integer, sustained_seconds integer,
        monthly_quota bigint)
    language sql
    stable
    rows 1
    security definer
    set search_path = pg_catalog, public, pg_temp
as
$$
    select k.id, k.tenant_id,
           case when c.environment = 'test'
               then coalesce((select s.id from tenants s where s.sandbox_of = k.tenant_id), k.tenant_id)
               else k.tenant_id end,
           t.zone, c.id, c.status, c.scopes, k.not_before, k.expires_at, k.revoked_at,
           coalesce(c.burst_requests, t.burst_requests), coalesce(c.burst_seconds, t.burst_seconds),
           coalesce(c.sustained_requests, t.sustained_requests), coalesce(c.sustained_seconds, t.sustained_seconds),
           coalesce(c.monthly_quota, t.monthly_quota)
    from api_keys k
    join api_consumers c on c.tenant_id = k.tenant_id and c.id = k.consumer_id
    join tenants t on t.id = k.tenant_id
    where k.hash = p_hash and k.pepper_version = p_pepper_version
    limit 1
$$;
revoke all on function find_key(smallint, bytea) from public;
grant execute on function find_key(smallint, bytea) to ${app_role};

-- Use of the monthly quota, for consumers that have one: a calendar month in UTC. Counted here whatever keeps the other
-- limits, since a month outlives every node.
create table api_quota_use (
    tenant_id      uuid        not null,
    consumer_id    uuid        not null,
    month          date        not null,
    used           bigint      not null,
    warned_80_at   timestamptz,
    warned_100_at  timestamptz,
    primary key (tenant_id, consumer_id, month),
    foreign key (tenant_id, consumer_id) references api_consumers (tenant_id, id),
    constraint api_quota_use_month check (extract(day from month) = 1),
    constraint api_quota_use_positive check (used >= 0)
);
alter table api_quota_use enable row level security;
create policy api_quota_use_of_tenant on api_quota_use
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));
grant select, insert, update on api_quota_use to ${app_role};
