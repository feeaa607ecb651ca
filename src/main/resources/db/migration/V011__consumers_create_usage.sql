-- Use by day, counted from the request log behind its writers, so that reading it never scans the log and writing the log
-- costs one entry in an index.

-- Which transaction wrote the row. An id is made before its row commits, and rows of several nodes commit in any order, so
-- whoever follows the log by id or time would miss the late ones. A transaction below the oldest running one has ended:
-- nothing will ever be added to it.
alter table api_requests add column written_in xid8 not null default pg_current_xact_id();
create index api_requests_by_transaction on api_requests (written_in);

-- No reference to consumers: the log is counted as it stands. The key is the nil UUID and the operation empty where the
-- log has none, since a primary key takes no null.
create table api_usage (
    tenant_id          uuid     not null,
    consumer_id        uuid     not null,
    day                date     not null,
    key_id             uuid     not null,
    operation          text     not null,
    status_class       smallint not null,
    requests           bigint   not null,
    limited            bigint   not null,
    lowest_limit_left  bigint,
    latency_us_sum     bigint   not null,
    latency_us_max     bigint   not null,
    bytes_in           bigint   not null,
    bytes_out          bigint   not null,
    primary key (tenant_id, consumer_id, day, key_id, operation, status_class),
    constraint api_usage_status_class check (status_class between 1 and 5),
    constraint api_usage_limited check (limited between 0 and requests)
);
alter table api_usage enable row level security;
create policy api_usage_of_tenant on api_usage
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));
grant select on api_usage to ${app_role};

-- One row for the whole installation: rows of transactions below counted_to are in api_usage, no others are. What was
-- answered before counted_until is among them.
create table api_usage_mark (
    id             boolean     primary key default true check (id),
    counted_to     xid8        not null,
    counted_until  timestamptz not null
);
insert into api_usage_mark (counted_to, counted_until) values ('0', to_timestamp(0));
grant select on api_usage_mark to ${app_role};

-- Crosses tenants: counts the next rows of the log, about p_rows of them, together with the mark, so that a row is counted
-- once whoever dies when. Of several callers one counts and the others find nothing to do.
create function count_usage(p_rows integer)
    returns table (counted bigint, more boolean)
    language plpgsql
    security definer
    set search_path = pg_catalog, public, pg_temp
as
$$
declare
    begin_with xid8;
    end_before xid8;
    horizon xid8;
begin
    counted := 0;
    more := false;
    select m.counted_to into begin_with from public.api_usage_mark m for update skip locked;
    if not found then
        return next;
        return;
    end if;
    -- Every later statement reads with a snapshot at least as new, which sees all that ended before the horizon.
    horizon := pg_snapshot_xmin(pg_current_snapshot());
    if begin_with > horizon then
        raise exception 'use is counted up to transaction %, which this server has not reached (%)', begin_with, horizon
            using errcode = '55000', hint = 'The database was restored from another server''s dump: see the README.';
    end if;
    select r.written_in into end_before from public.api_requests r
    where r.written_in >= begin_with and r.written_in < horizon
    order by r.written_in
    offset least(p_rows, 1000000) limit 1;
    more := found;
    if not found then
        end_before := horizon;
    elsif end_before = begin_with then
        end_before := (begin_with::text::numeric + 1)::text::xid8;
    end if;

    with added as (
        insert into public.api_usage as u (tenant_id, consumer_id, day, key_id, operation, status_class, requests, limited,
            lowest_limit_left, latency_us_sum, latency_us_max, bytes_in, bytes_out)
        select r.tenant_id, r.consumer_id, (r.occurred_at at time zone 'UTC')::date,
            coalesce(r.key_id, '00000000-0000-0000-0000-000000000000'), coalesce(r.operation, ''), r.status / 100,
            sum(r.count), coalesce(sum(r.count) filter (where r.status = 429), 0), min(r.limit_left),
            sum(r.latency_us * r.count), max(r.latency_us), sum(r.bytes_in), sum(r.bytes_out)
        from public.api_requests r
        where r.written_in >= begin_with and r.written_in < end_before and r.consumer_id is not null
        group by 1, 2, 3, 4, 5, 6
        on conflict (tenant_id, consumer_id, day, key_id, operation, status_class) do update
        set requests = u.requests + excluded.requests,
            limited = u.limited + excluded.limited,
            lowest_limit_left = least(u.lowest_limit_left, excluded.lowest_limit_left),
            latency_us_sum = u.latency_us_sum + excluded.latency_us_sum,
            latency_us_max = greatest(u.latency_us_max, excluded.latency_us_max),
            bytes_in = u.bytes_in + excluded.bytes_in,
            bytes_out = u.bytes_out + excluded.bytes_out
        returning 1)
    select count(*) into counted from added;

    update public.api_usage_mark
    set counted_to = end_before,
        counted_until = coalesce(
            (select r.occurred_at from public.api_requests r where r.written_in >= end_before order by r.written_in limit 1),
            statement_timestamp());
    return next;
end
$$;
revoke all on function count_usage(integer) from public;
grant execute on function count_usage(integer) to ${app_role};

-- As before, and nothing goes that is not counted yet.
create or replace function expire_requests(p_before date)
    returns table (partitions integer, stray_rows integer)
    language plpgsql
    security definer
    set search_path = pg_catalog, public, pg_temp
as
$$
declare
    counted_to xid8 := (select m.counted_to from public.api_usage_mark m);
    partition name;
    uncounted boolean;
begin
    if p_before > (now() at time zone 'UTC')::date - 7 then
        raise exception 'the request log keeps a week at least, so nothing from % on goes', p_before - 1
            using errcode = '22023';
    end if;
    partitions := 0;
    with old as (
        select tenant_id, id from public.api_requests_default
        where id < public.uuid_v7_floor(p_before::timestamp at time zone 'UTC') and written_in < counted_to
        limit 10000)
    delete from public.api_requests_default d using old where d.tenant_id = old.tenant_id and d.id = old.id;
    get diagnostics stray_rows = row_count;

    -- Every request writes to the log and would queue behind this lock, so it waits briefly and comes again.
    perform set_config('lock_timeout', '1s', true);
    for partition in
        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'public.api_requests'::regclass and c.relname ~ '^api_requests_[0-9]{8}$'
            and to_date(right(c.relname, 8), 'YYYYMMDD') < p_before
        order by c.relname
    loop
        execute format('select exists (select from public.%I where written_in >= $1)', partition)
            into uncounted using counted_to;
        continue when uncounted;
        execute format('drop table public.%I', partition);
        partitions := partitions + 1;
        exit when partitions = 8;
    end loop;
    return next;
end
$$;
