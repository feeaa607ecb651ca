-- :tenants academies and :members people, member n in academy (n - 1) % :tenants + 1. Everything follows from the
-- number, so two seeds are alike. Run as the superuser, whom row-level security lets pass.
create function pg_temp.id(at timestamptz, kind text, number bigint) returns uuid language sql immutable as
$$
    select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || left(md5(kind || number), 3)
        || '8' || substr(md5(kind || number), 4, 3) || lpad(to_hex(number), 12, '0'))::uuid
$$;

insert into tenants (id, slug, name, zone, created_at)
select pg_temp.id(at, 'tenant', n), 'academy-' || n, 'Academy ' || n,
       (array['Australia/Sydney', 'Australia/Brisbane', 'Australia/Perth', 'Australia/Adelaide'])[n % 4 + 1], at
from generate_series(1, :tenants) n, lateral (select timestamptz '2023-01-01 00:00Z' + n * interval '1 day' as at) made;

create temporary table person as
select n, t.id as tenant_id, pg_temp.id(at, 'member', n) as id, at, first, last,
       case when n % 3 = 0 then left(first, 3) end as preferred,
       date '1950-01-01' + (n * 7919 % 25500)::integer as born,
       (array['active', 'active', 'active', 'active', 'trial', 'paused', 'lapsed'])[n % 7 + 1] as status,
       first || '.' || last || '.M' || lpad(n::text, 8, '0') || '@example.com' as email,
       case when n % 3 > 0 then '+6141' || lpad(n::text, 7, '0') end as phone
from generate_series(1, :members) n
join (select id, row_number() over (order by id) as number from tenants) t on t.number = (n - 1) % :tenants + 1,
lateral (select timestamptz '2023-06-01 00:00Z' + n * interval '10 minutes' as at,
    (array['Aiko', 'Amelia', 'Ana', 'Ben', 'Charlotte', 'Chloe', 'Daniel', 'Ella', 'Ethan', 'Grace', 'Hannah', 'Isla',
        'Jack', 'Leo', 'Liam', 'Mateus', 'Mia', 'Noah', 'Oliver', 'Priya', 'Rafael', 'Ruby', 'Sofia', 'Thomas', 'Tuan',
        'William', 'Yusuf', 'Zara', 'Zoe'])[n * 31 % 29 + 1] as first,
    (array['Anderson', 'Brown', 'Campbell', 'Chen', 'Costa', 'Davies', 'Evans', 'Haddad', 'Harris', 'Johnson', 'Jones',
        'Kelly', 'Kim', 'Lee', 'Martin', 'Murphy', 'Nguyen', 'Papadopoulos', 'Patel', 'Rossi', 'Ryan', 'Silva', 'Singh',
        'Smith', 'Tanaka', 'Taylor', 'Thompson', 'Tran', 'Walker', 'White', 'Williams'])[n / 29 % 31 + 1] as last) made;

insert into members (tenant_id, id, legal_name, preferred_name, date_of_birth, status, created_at, updated_at)
select tenant_id, id, first || ' ' || last, preferred, born, status, at, at from person;

insert into member_contacts (tenant_id, member_id, position, type, value, normalised)
select tenant_id, id, 0, 'email', email, lower(email) from person
union all
select tenant_id, id, 1, 'phone', regexp_replace(phone, '^\+61(...)(...)(...)$', '+61 \1 \2 \3'), phone
from person where phone is not null;

-- As SearchTokens makes them.
insert into member_search_tokens (tenant_id, member_id, token)
select distinct tenant_id, id, token
from person, lateral unnest(array[lower(first), lower(last), lower(preferred), lower(email),
    'm' || lpad(n::text, 8, '0'), substr(phone, 2), '0' || substr(phone, 4), substr(phone, 4)]) as token
where token is not null;
