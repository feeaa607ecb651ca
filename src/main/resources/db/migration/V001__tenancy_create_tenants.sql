-- One row per academy. A test consumer's data lives in the academy's sandbox, a tenant row of its own,
-- so that row-level security keeps it apart from the real records.
create table tenants (
    id          uuid primary key,
    slug        text        not null unique,
    name        text        not null,
    zone        text        not null,
    sandbox_of  uuid unique references tenants (id),
    created_at  timestamptz not null default now(),
    -- What a consumer may call that has no limits of its own.
    burst_requests      integer not null default 20,
    burst_seconds       integer not null default 1,
    sustained_requests  integer not null default 600,
    sustained_seconds   integer not null default 60,
    monthly_quota       bigint,
    constraint tenants_burst check (burst_requests between 1 and 1000000 and burst_seconds between 1 and 60),
    constraint tenants_sustained check (
        sustained_requests between 1 and 100000000 and sustained_seconds between 1 and 86400),
    constraint tenants_quota check (monthly_quota > 0),
    constraint tenants_slug_format check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    -- Names that paths, crawlers or the platform itself use.
    constraint tenants_slug_reserved check (slug not in (
        'admin', 'api', 'app', 'assets', 'auth', 'css', 'demo', 'favicon', 'fonts', 'health', 'healthz', 'js',
        'leaks', 'login', 'logout', 'metrics', 'openapi', 'portal', 'q', 'reference', 'robots', 'sign-in',
        'sign-out', 'sitemap', 'sitemap-xml', 'static', 'status', 'system', 'v1', 'webjars', 'well-known', 'www')),
    constraint tenants_name_length check (char_length(name) between 1 and 200),
    constraint tenants_not_its_own_sandbox check (sandbox_of <> id)
);

-- The current tenant is set for one transaction at a time: set_config('spine.tenant', <id>, true). Without it the
-- setting is empty or absent, the comparison is null, and no row is visible.
alter table tenants enable row level security;
create policy tenants_own on tenants
    using (id = (select nullif(current_setting('spine.tenant', true), '')::uuid)
        or sandbox_of = (select nullif(current_setting('spine.tenant', true), '')::uuid));

-- Academies are opened by the owner role alone; the application's role cannot make itself a tenant.
grant select on tenants to ${app_role};
