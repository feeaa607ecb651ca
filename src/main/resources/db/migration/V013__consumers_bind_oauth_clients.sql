-- A consumer may call with tokens of one client of the OIDC provider, beside its keys.
alter table api_consumers
    add column oauth_issuer     text,
    add column oauth_client_id  text,
    add constraint api_consumers_oauth_client check (
        (oauth_issuer is null) = (oauth_client_id is null)
        and char_length(oauth_issuer) between 1 and 500 and char_length(oauth_client_id) between 1 and 255);
-- A request arrives with a client and no tenant. Not unique, because every unique key begins with the tenant: the claims
-- below are.
create index api_consumers_by_oauth_client on api_consumers (oauth_issuer, oauth_client_id)
    where oauth_client_id is not null;

-- A client is of one consumer, whichever academy's, or a token would not say whose data it reaches. Like the list of
-- tenants this one is of no tenant; it says only that a client is taken, and the application cannot even read it.
create table oauth_client_claims (
    issuer     text not null,
    client_id  text not null,
    primary key (issuer, client_id)
);

-- Crosses tenants: whoever comes second gets a unique violation, and does not learn from whom.
create function claim_oauth_client()
    returns trigger
    language plpgsql
    security definer
    set search_path = pg_catalog, public, pg_temp
as
$$
begin
    -- The new claim first: two consumers that swap their clients are refused and do not wait for each other.
    if new.oauth_client_id is not null then
        insert into public.oauth_client_claims (issuer, client_id) values (new.oauth_issuer, new.oauth_client_id);
    end if;
    if tg_op = 'UPDATE' and old.oauth_client_id is not null then
        delete from public.oauth_client_claims where issuer = old.oauth_issuer and client_id = old.oauth_client_id;
    end if;
    return null;
end
$$;
revoke all on function claim_oauth_client() from public;

create trigger api_consumers_claim_oauth_client
    after insert on api_consumers
    for each row
    when (new.oauth_client_id is not null)
    execute function claim_oauth_client();
create trigger api_consumers_change_oauth_client
    after update on api_consumers
    for each row
    when ((old.oauth_issuer, old.oauth_client_id) is distinct from (new.oauth_issuer, new.oauth_client_id))
    execute function claim_oauth_client();

create trigger api_consumers_announce_oauth_client
    after update on api_consumers
    for each row
    when ((old.oauth_issuer, old.oauth_client_id) is distinct from (new.oauth_issuer, new.oauth_client_id))
    execute function announce_consumer();

-- Crosses tenants, like find_key: the consumer that a client of the provider is bound to. One row or none.
create function find_client(p_issuer text, p_client_id text)
    returns table (
        tenant_id uuid, data_tenant_id uuid, zone text, slug text, consumer_id uuid, consumer_status text, scopes text[],
        burst_requests integer, burst_seconds integer, sustained_requests integer, sustained_seconds integer,
        monthly_quota bigint)
    language sql
    stable
    rows 1
    security definer
    set search_path = pg_catalog, public, pg_temp
as
$$
    select c.tenant_id,
           case when c.environment = 'test'
               then coalesce((select s.id from tenants s where s.sandbox_of = c.tenant_id), c.tenant_id)
               else c.tenant_id end,
           t.zone, t.slug, c.id, c.status, c.scopes,
           coalesce(c.burst_requests, t.burst_requests), coalesce(c.burst_seconds, t.burst_seconds),
           coalesce(c.sustained_requests, t.sustained_requests), coalesce(c.sustained_seconds, t.sustained_seconds),
           coalesce(c.monthly_quota, t.monthly_quota)
    from api_consumers c
    join tenants t on t.id = c.tenant_id
    where c.oauth_issuer = p_issuer and c.oauth_client_id = p_client_id
    limit 1
$$;
revoke all on function find_client(text, text) from public;
grant execute on function find_client(text, text) to ${app_role};
