create table members (
    tenant_id       uuid        not null references tenants (id),
    id              uuid        not null,
    legal_name      text        not null,
    preferred_name  text,
    date_of_birth   date,
    status          text        not null,
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    version         bigint      not null default 0,
    primary key (tenant_id, id),
    constraint members_legal_name_length check (char_length(legal_name) between 1 and 200),
    constraint members_preferred_name_length check (char_length(preferred_name) between 1 and 200),
    constraint members_status check (
        status in ('trial', 'active', 'paused', 'lapsed', 'archived', 'erased', 'merged'))
);
create index members_by_status on members (tenant_id, status, id);

-- As given and as compared: E.164 for a phone, lower-cased for an e-mail address. The same address may belong to
-- several members (a parent's stands on each child), so only the member makes it unique.
create table member_contacts (
    tenant_id   uuid     not null,
    member_id   uuid     not null,
    position    smallint not null,
    type        text     not null,
    value       text     not null,
    normalised  text     not null,
    primary key (tenant_id, member_id, position),
    unique (tenant_id, member_id, type, normalised),
    foreign key (tenant_id, member_id) references members (tenant_id, id),
    constraint member_contacts_type check (type in ('email', 'phone'))
);
create index member_contacts_by_value on member_contacts (tenant_id, type, normalised, member_id);

-- Search by prefix. Under row-level security only leakproof operators reach an index, which LIKE and lower() are not;
-- a range over folded tokens in byte order is.
create table member_search_tokens (
    tenant_id  uuid                     not null,
    member_id  uuid                     not null,
    token      text collate "C"         not null,
    primary key (tenant_id, member_id, token),
    foreign key (tenant_id, member_id) references members (tenant_id, id)
);
create index member_search_tokens_by_token on member_search_tokens (tenant_id, token, member_id);

create table households (
    tenant_id        uuid        not null references tenants (id),
    id               uuid        not null,
    name             text        not null,
    payer_member_id  uuid,
    status           text        not null default 'active',
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    version          bigint      not null default 0,
    primary key (tenant_id, id),
    foreign key (tenant_id, payer_member_id) references members (tenant_id, id),
    constraint households_name_length check (char_length(name) between 1 and 200),
    constraint households_status check (status in ('active', 'split', 'merged', 'closed'))
);
create index households_by_payer on households (tenant_id, payer_member_id);

create table household_members (
    tenant_id     uuid not null,
    household_id  uuid not null,
    member_id     uuid not null,
    role          text not null,
    since         date not null,
    until         date,
    primary key (tenant_id, household_id, member_id, since),
    foreign key (tenant_id, household_id) references households (tenant_id, id),
    foreign key (tenant_id, member_id) references members (tenant_id, id),
    constraint household_members_role check (role in ('adult', 'dependant')),
    constraint household_members_period check (until is null or until >= since)
);
create index household_members_by_member on household_members (tenant_id, member_id, household_id);

alter table members enable row level security;
create policy members_of_tenant on members
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));
alter table member_contacts enable row level security;
create policy member_contacts_of_tenant on member_contacts
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));
alter table member_search_tokens enable row level security;
create policy member_search_tokens_of_tenant on member_search_tokens
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));
alter table households enable row level security;
create policy households_of_tenant on households
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));
alter table household_members enable row level security;
create policy household_members_of_tenant on household_members
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));

grant select, insert, update on members, households to ${app_role};
grant select, insert, update, delete on member_contacts, member_search_tokens to ${app_role};
grant select, insert, update on household_members to ${app_role};
