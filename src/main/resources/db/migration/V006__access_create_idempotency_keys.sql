-- What a POST answered, for whoever sends it again. Written in the transaction of its effect; never holds a key or secret.
create table idempotency_keys (
    tenant_id    uuid        not null,
    consumer_id  uuid        not null,
    key          text        not null,
    fingerprint  bytea       not null,
    status       smallint    not null,
    location     text,
    etag         text,
    body         text        not null,
    created_at   timestamptz not null,
    expires_at   timestamptz not null,
    primary key (tenant_id, consumer_id, key),
    constraint idempotency_keys_key_length check (char_length(key) between 1 and 255),
    constraint idempotency_keys_fingerprint_length check (octet_length(fingerprint) = 32),
    constraint idempotency_keys_success check (status between 200 and 299),
    constraint idempotency_keys_kept_a_day check (expires_at >= created_at + interval '24 hours')
);
create index idempotency_keys_by_expiry on idempotency_keys (expires_at);

alter table idempotency_keys enable row level security;
create policy idempotency_keys_of_tenant on idempotency_keys
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));
grant select, insert, update on idempotency_keys to ${app_role};

-- Crosses tenants: removes what has expired, a bounded number at a time; returns how many.
create function sweep_idempotency_keys(p_limit integer)
    returns integer
    language sql
    security definer
    set search_path = pg_catalog, public, pg_temp
as
$$
    with expired as (
        select tenant_id, consumer_id, key from idempotency_keys
        where expires_at < now()
        order by expires_at
        limit least(p_limit, 10000)
        for update skip locked),
    swept as (
        delete from idempotency_keys k using expired e
        where k.tenant_id = e.tenant_id and k.consumer_id = e.consumer_id and k.key = e.key
        returning 1)
    select count(*)::integer from swept
$$;
revoke all on function sweep_idempotency_keys(integer) from public;
grant execute on function sweep_idempotency_keys(integer) to ${app_role};
