-- Keys are for servers. A key that arrived with an Origin header was sent by a web page or a view of one in an app, where
-- whoever opens it can read the key. One row a key, of the last such call, and of where it came from the host alone; null
-- where it names none, as pages in a file do. Apart from the key, whose row decides about calls and is announced.
create table api_key_origins (
    tenant_id      uuid        not null,
    key_id         uuid        not null,
    host           text,
    first_seen_at  timestamptz not null,
    last_seen_at   timestamptz not null,
    primary key (tenant_id, key_id),
    foreign key (tenant_id, key_id) references api_keys (tenant_id, id),
    constraint api_key_origins_host check (char_length(host) between 1 and 253),
    constraint api_key_origins_period check (first_seen_at <= last_seen_at)
) with (fillfactor = 70);
alter table api_key_origins enable row level security;
create policy api_key_origins_of_tenant on api_key_origins
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));
grant select on api_key_origins to ${app_role};

-- Crosses tenants, as record_key_use: keys of many tenants share a statement. However late and in whichever order nodes
-- bring them, the first stays the first and the last the last. Returns how many were written.
create function record_key_origins(
        p_tenants uuid[], p_keys uuid[], p_hosts text[], p_first timestamptz[], p_last timestamptz[])
    returns integer
    language sql
    security definer
    set search_path = pg_catalog, public, pg_temp
as
$$
    with seen as (
        insert into api_key_origins as o (tenant_id, key_id, host, first_seen_at, last_seen_at)
        select k.tenant_id, k.id, r.host, r.first, r.last
        from unnest(p_tenants, p_keys, p_hosts, p_first, p_last) as r (tenant_id, key_id, host, first, last)
        join api_keys k on k.tenant_id = r.tenant_id and k.id = r.key_id
        -- One order for all nodes, or two of them could wait for each other.
        order by k.tenant_id, k.id
        on conflict (tenant_id, key_id) do update
        set host = case when excluded.last_seen_at >= o.last_seen_at then excluded.host else o.host end,
            first_seen_at = least(o.first_seen_at, excluded.first_seen_at),
            last_seen_at = greatest(o.last_seen_at, excluded.last_seen_at)
        returning 1)
    select count(*)::integer from seen
$$;
revoke all on function record_key_origins(uuid[], uuid[], text[], timestamptz[], timestamptz[]) from public;
grant execute on function record_key_origins(uuid[], uuid[], text[], timestamptz[], timestamptz[]) to ${app_role};
