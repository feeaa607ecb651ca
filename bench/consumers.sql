-- One consumer with one key for each row of bench_key (number, kind, hash, hint_start, hint_end), in academy
-- (number - 1) % :tenants + 1. The limits of all but one kind are too high to be met.
insert into api_consumers (tenant_id, id, name, owner_name, owner_email, environment, scopes,
    burst_requests, burst_seconds, sustained_requests, sustained_seconds, contract_version, status, created_at, updated_at)
select t.id, pg_temp.id(at, 'consumer', k.number), 'Consumer ' || k.number, 'Partner', 'partner@example.com', 'live',
       case k.kind when 'noscope' then '{health:read}'::text[]
           else '{members:read,members:write,members.contact:read,members.minor:read}' end,
       case k.kind when 'limited' then 5 else 1000000 end, 1, 100000000, 60, 'v1',
       case k.kind when 'suspended' then 'suspended' else 'active' end, at, at
from bench_key k
join (select id, row_number() over (order by id) as number from tenants) t on t.number = (k.number - 1) % :tenants + 1,
lateral (select timestamptz '2025-06-01 00:00Z' + k.number * interval '1 minute' as at) made;

insert into api_keys (tenant_id, id, consumer_id, pepper_version, hash, hint_start, hint_end, created_at, created_by,
    revoked_at)
select c.tenant_id, pg_temp.id(c.created_at, 'key', k.number), c.id, 1, decode(k.hash, 'hex'), k.hint_start, k.hint_end,
       c.created_at, 'bench', case k.kind when 'disabled' then c.created_at end
from bench_key k join api_consumers c on c.name = 'Consumer ' || k.number;
