-- The request log. Its ids are version 7 UUIDs, whose first 48 bits are the time in milliseconds, so a day is a range
-- of ids: the table is partitioned by them, and one key serves uniqueness, order and time.
create table api_requests (
    tenant_id        uuid        not null,
    id               uuid        not null,
    occurred_at      timestamptz not null,
    consumer_id      uuid,
    key_id           uuid,
    operation        text,
    method           text        not null,
    path             text        not null,
    query_names      text,
    scopes           text,
    status           smallint    not null,
    code             text,
    latency_us       bigint      not null,
    bytes_in         bigint      not null,
    bytes_out        bigint      not null,
    limit_left       bigint,
    address          text        not null,
    agent            text,
    trace_id         text,
    idempotency_key  text,
    count            integer     not null default 1,
    primary key (tenant_id, id),
    constraint api_requests_count check (count > 0)
) partition by range (id);

create table api_requests_default partition of api_requests default;

create index api_requests_by_consumer on api_requests (tenant_id, consumer_id, id);

-- Crosses tenants: rows of many tenants share a batch and its commit, and a refused call may have no tenant at all
-- (the nil UUID). Reading stays within the tenant. There is no update and no delete.
alter table api_requests enable row level security;
create policy api_requests_read on api_requests for select
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));
create policy api_requests_append on api_requests for insert with check (true);
grant select, insert on api_requests to ${app_role};

-- The smallest version 7 UUID of an instant: its milliseconds in the first 48 bits, zeros behind them.
create function uuid_v7_floor(p_at timestamptz)
    returns uuid
    language sql
    immutable
    parallel safe
    set search_path = pg_catalog, pg_temp
as
$$
    select (lpad(to_hex((extract(epoch from p_at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- Makes the partition of one UTC day; true when it was made by this call. The application may call it and can reach
-- no other definition through it.
create function make_request_partition(p_day date)
    returns boolean
    language plpgsql
    security definer
    set search_path = pg_catalog, public, pg_temp
as
$$
declare
    name text := 'api_requests_' || to_char(p_day, 'YYYYMMDD');
    first_id uuid := public.uuid_v7_floor(p_day::timestamp at time zone 'UTC');
    next_id uuid := public.uuid_v7_floor((p_day + 1)::timestamp at time zone 'UTC');
begin
    if p_day < date '2020-01-01' or p_day > current_date + 400 then
        raise exception 'no partition is kept for %', p_day using errcode = '22023';
    end if;
    perform pg_advisory_xact_lock(hashtext('make_request_partition'));
    if to_regclass('public.' || name) is not null then
        return false;
    end if;
    -- Rows of a day that had no partition yet are in the default one and move along.
    execute format('create table public.%I (like public.api_requests including defaults including constraints)', name);
    execute format('with moved as (delete from public.api_requests_default where id >= %L and id < %L returning *) '
        'insert into public.%I select * from moved', first_id, next_id, name);
    execute format('alter table public.api_requests attach partition public.%I for values from (%L) to (%L)',
        name, first_id, next_id);
    return true;
end
$$;
revoke all on function make_request_partition(date) from public;
grant execute on function make_request_partition(date) to ${app_role};

-- The log writer comes at once, before any schedule has run.
do $$
begin
    perform make_request_partition((now() at time zone 'UTC')::date + d) from generate_series(0, 7) as d;
end
$$;
