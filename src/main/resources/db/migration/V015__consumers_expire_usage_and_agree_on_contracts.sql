-- Counted use is small, and it is kept for years rather than for ever.
create index api_usage_by_day on api_usage (day);

-- Removes the use of days before that day (UTC), 10,000 rows at most, so that its transaction is brief: call it until
-- nothing goes. It takes a date as expire_requests does. A year and a month stay in any case, since a period of a year
-- can be read and unused scopes are judged by the last year.
create function expire_usage(p_before date)
    returns integer
    language plpgsql
    security definer
    set search_path = pg_catalog, public, pg_temp
as
$$
declare
    gone integer;
begin
    if p_before > (now() at time zone 'UTC')::date - 396 then
        raise exception 'use is kept for 396 days at least, so nothing from % on goes', p_before - 1
            using errcode = '22023';
    end if;
    with old as (
        select tenant_id, consumer_id, day, key_id, operation, status_class from public.api_usage
        where day < p_before
        order by day
        limit 10000
        for update skip locked)
    delete from public.api_usage u using old
    where (u.tenant_id, u.consumer_id, u.day, u.key_id, u.operation, u.status_class)
        = (old.tenant_id, old.consumer_id, old.day, old.key_id, old.operation, old.status_class);
    get diagnostics gone = row_count;
    return gone;
end
$$;
revoke all on function expire_usage(date) from public;
grant execute on function expire_usage(date) to ${app_role};

-- As before, without the academies whose reminders failed in this run: theirs come first again each time, and the others
-- would never be reached.
drop function due_key_reminders(timestamptz, integer);
create function due_key_reminders(p_now timestamptz, p_limit integer, p_without uuid[])
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
        and k.tenant_id <> all (p_without)
        and not exists (select from api_key_reminders r
            where r.tenant_id = k.tenant_id and r.key_id = k.id and r.days <= due.days)
    order by k.expires_at, k.id
    limit least(p_limit, 1000)
$$;
revoke all on function due_key_reminders(timestamptz, integer, uuid[]) from public;
grant execute on function due_key_reminders(timestamptz, integer, uuid[]) to ${app_role};

-- Which version of the contract a consumer was built against, and who said so when; nobody has where it is the version
-- that was the newest when the consumer was made.
alter table api_consumers
    add column contract_agreed_at timestamptz,
    add column contract_agreed_by text,
    add constraint api_consumers_contract_version check (contract_version ~ '^v[1-9][0-9]{0,2}$'),
    add constraint api_consumers_contract_agreed check ((contract_agreed_at is null) = (contract_agreed_by is null));
