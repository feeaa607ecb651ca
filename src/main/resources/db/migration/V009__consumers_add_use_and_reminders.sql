-- The last use of each key, a minute old at most. Apart from the key, whose row decides about calls and is announced.
create table api_key_use (
    tenant_id     uuid        not null,
    key_id        uuid        not null,
    last_used_at  timestamptz not null,
    address       text        not null,
    operation     text        not null,
    agent         text,
    primary key (tenant_id, key_id),
    foreign key (tenant_id, key_id) references api_keys (tenant_id, id)
) with (fillfactor = 70);
alter table api_key_use enable row level security;
create policy api_key_use_of_tenant on api_key_use
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));
grant select on api_key_use to ${app_role};

-- Crosses tenants: keys of many tenants share a statement and its commit. A later use is never overwritten by an
-- earlier one that another node brings later. Returns how many were written.
create function record_key_use(
        p_tenants uuid[], p_keys uuid[], p_at timestamptz[], p_addresses text[], p_operations text[], p_agents text[])
    returns integer
    language sql
    security definer
    set search_path = pg_catalog, public, pg_temp
as
$$
    with used as (
        insert into api_key_use as u (tenant_id, key_id, last_used_at, address, operation, agent)
        select k.tenant_id, k.id, r.at, r.address, r.operation, r.agent
        from unnest(p_tenants, p_keys, p_at, p_addresses, p_operations, p_agents)
            as r (tenant_id, key_id, at, address, operation, agent)
        join api_keys k on k.tenant_id = r.tenant_id and k.id = r.key_id
        -- One order for all nodes, or two of them could wait for each other.
        order by k.tenant_id, k.id
        on conflict (tenant_id, key_id) do update
        set last_used_at = excluded.last_used_at, address = excluded.address, operation = excluded.operation,
            agent = excluded.agent
        where u.last_used_at < excluded.last_used_at
        returning 1)
    select count(*)::integer from used
$$;
revoke all on function record_key_use(uuid[], uuid[], timestamptz[], text[], text[], text[]) from public;
grant execute on function record_key_use(uuid[], uuid[], timestamptz[], text[], text[], text[]) to ${app_role};

-- What was said of a key's end, each once however many nodes want to say it.
create table api_key_reminders (
    tenant_id  uuid        not null,
    key_id     uuid        not null,
    days       smallint    not null,
    sent_at    timestamptz not null,
    primary key (tenant_id, key_id, days),
    foreign key (tenant_id, key_id) references api_keys (tenant_id, id),
    constraint api_key_reminders_days check (days in (30, 7, 1))
);
alter table api_key_reminders enable row level security;
create policy api_key_reminders_of_tenant on api_key_reminders
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));
grant select, insert on api_key_reminders to ${app_role};

create index api_keys_by_expiry on api_keys (expires_at) where revoked_at is null and replaced_by is null;

-- Crosses tenants: which keys end soon and were not yet spoken of at this distance, by ids only. After a pause only the
-- closest reminder is due, not those that were missed; a clock that jumps back brings none again. A key that another
-- is replacing needs none.
create function due_key_reminders(p_now timestamptz, p_limit integer)
    returns table (tenant_id uuid, zone text, key_id uuid, days smallint)
    language sql
    stable
    security definer
    set search_path = pg_catalog, public, pg_temp
as
$$
    select k.tenant_id, t.zone, k.id, due.days
    from api_keys k
    join tenants t on t.id = k.tenant_id
    cross join lateral (
        select min(d)::smallint as days from unnest(array[1, 7, 30]) as d
        where k.expires_at <= p_now + make_interval(hours => 24 * d)) as due
    where k.revoked_at is null and k.replaced_by is null
        and k.expires_at > p_now and k.expires_at <= p_now + make_interval(hours => 24 * 30)
        and not exists (select from api_key_reminders r
            where r.tenant_id = k.tenant_id and r.key_id = k.id and r.days <= due.days)
    order by k.expires_at, k.id
    limit least(p_limit, 1000)
$$;
revoke all on function due_key_reminders(timestamptz, integer) from public;
grant execute on function due_key_reminders(timestamptz, integer) to ${app_role};
