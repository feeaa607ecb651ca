-- Refusals and failures are what people look for in the log, and the calls that succeed, which are nearly all, pay
-- nothing for these indexes.
create index api_requests_refused on api_requests (tenant_id, id) where status >= 400;
create index api_requests_failed on api_requests (tenant_id, id) where status >= 500;

-- Removes what the log holds of the days before that day (UTC): whole partitions, and up to 10,000 rows that lie in the
-- default one; returns how many of each went. It takes up to 8 partitions, so that its lock is brief: call it until none
-- goes. A caller whose clock runs ahead cannot take the last week.
create function expire_requests(p_before date)
    returns table (partitions integer, stray_rows integer)
    language plpgsql
    security definer
    set search_path = pg_catalog, public, pg_temp
as
$$
declare
    partition name;
begin
    if p_before > (now() at time zone 'UTC')::date - 7 then
        raise exception 'the request log keeps a week at least, so nothing from % on goes', p_before - 1
            using errcode = '22023';
    end if;
    with old as (
        select tenant_id, id from public.api_requests_default
        where id < public.uuid_v7_floor(p_before::timestamp at time zone 'UTC')
        limit 10000)
    delete from public.api_requests_default d using old where d.tenant_id = old.tenant_id and d.id = old.id;
    get diagnostics stray_rows = row_count;

    -- Every request writes to the log and would queue behind this lock, so it waits briefly and comes again.
    perform set_config('lock_timeout', '1s', true);
    partitions := 0;
    for partition in
        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'public.api_requests'::regclass and c.relname ~ '^api_requests_[0-9]{8}$'
            and to_date(right(c.relname, 8), 'YYYYMMDD') < p_before
        order by c.relname
        limit 8
    loop
        execute format('drop table public.%I', partition);
        partitions := partitions + 1;
    end loop;
    return next;
end
$$;
revoke all on function expire_requests(date) from public;
grant execute on function expire_requests(date) to ${app_role};
