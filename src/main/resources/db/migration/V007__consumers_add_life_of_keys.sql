-- No key of the academy becomes older than this; null for no bound.
alter table tenants
    add column max_key_age_days integer,
    add constraint tenants_max_key_age check (max_key_age_days between 1 and 3650);

alter table api_keys
    -- Where calls may come from, in CIDR notation; empty for anywhere. The cast refuses what is no network.
    add column networks           text[] not null default '{}',
    -- What was asked for when the key was issued: no key rotated from it by its own consumer ends later.
    add column latest_expires_at  timestamptz,
    add column replaces           uuid,
    add column replaced_by        uuid,
    -- How long the key goes on once the one that replaces it is used; null when its end is known already.
    add column overlap_seconds    integer,
    -- Of a key that replaces another.
    add column first_used_at      timestamptz,
    add column leaked_at          timestamptz;
update api_keys set latest_expires_at = expires_at;

-- A rotation stays within its consumer, so what refers to a key for another names the consumer too.
drop index api_keys_by_consumer;
alter table api_keys
    add constraint api_keys_of_consumer unique (tenant_id, consumer_id, id),
    add constraint api_keys_replaces foreign key (tenant_id, consumer_id, replaces)
        references api_keys (tenant_id, consumer_id, id),
    add constraint api_keys_replaced_by foreign key (tenant_id, consumer_id, replaced_by)
        references api_keys (tenant_id, consumer_id, id),
    add constraint api_keys_networks check (networks::cidr[] is not null and cardinality(networks) <= 32),
    add constraint api_keys_latest_expiry check (
        latest_expires_at is null or (expires_at is not null and expires_at <= latest_expires_at)),
    add constraint api_keys_overlap check (overlap_seconds between 0 and 2592000),
    add constraint api_keys_not_its_own_successor check (replaces <> id and replaced_by <> id),
    add constraint api_keys_replaced_ends check (replaced_by is null or expires_at is not null),
    add constraint api_keys_leaked_is_revoked check (leaked_at is null or revoked_at is not null);
-- However many rotate a key at the same moment: one key takes its place. A successor that was revoked frees it.
create unique index api_keys_one_successor on api_keys (tenant_id, replaces) where revoked_at is null;

drop function find_key(smallint, bytea);
create function find_key(p_pepper_version smallint, p_hash bytea)
    returns table (
        key_id uuid, tenant_id uuid, data_tenant_id uuid, zone text, consumer_id uuid, consumer_status text, scopes text[],
        not_before timestamptz, expires_at timestamptz, revoked_at timestamptz, networks text[],
        is_replaced boolean, awaits_first_use boolean,
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
           t.zone, c.id, c.status, c.scopes, k.not_before, k.expires_at, k.revoked_at, k.networks,
           k.replaced_by is not null, k.replaces is not null and k.first_used_at is null,
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

-- Tells every node what it must no longer believe: a consumer's id, or 'tenant:' and the id of one whose defaults
-- changed. NOTIFY makes commits queue for each other, so only what decides about calls says anything: never a use, a
-- reminder or a new hash, and a new key is remembered by nobody yet.
create function announce_consumer()
    returns trigger
    language plpgsql
    set search_path = pg_catalog, public, pg_temp
as
$$
begin
    perform pg_notify('spine_contract', case tg_table_name
        when 'api_keys' then to_jsonb(new) ->> 'consumer_id'
        when 'tenants' then 'tenant:' || new.id
        else new.id::text end);
    return null;
end
$$;

create trigger api_keys_announce
    after update on api_keys
    for each row
    when ((old.not_before, old.expires_at, old.revoked_at, old.networks, old.replaced_by)
        is distinct from (new.not_before, new.expires_at, new.revoked_at, new.networks, new.replaced_by))
    execute function announce_consumer();
create trigger api_consumers_announce
    after update on api_consumers
    for each row
    when ((old.status, old.environment, old.scopes, old.burst_requests, old.burst_seconds, old.sustained_requests,
            old.sustained_seconds, old.monthly_quota)
        is distinct from (new.status, new.environment, new.scopes, new.burst_requests, new.burst_seconds,
            new.sustained_requests, new.sustained_seconds, new.monthly_quota))
    execute function announce_consumer();
create trigger tenants_announce
    after update on tenants
    for each row
    when ((old.zone, old.sandbox_of, old.burst_requests, old.burst_seconds, old.sustained_requests, old.sustained_seconds,
            old.monthly_quota)
        is distinct from (new.zone, new.sandbox_of, new.burst_requests, new.burst_seconds, new.sustained_requests,
            new.sustained_seconds, new.monthly_quota))
    execute function announce_consumer();
