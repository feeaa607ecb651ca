-- What whoever signed in is called, so that pages say a name where a change has the provider's id of a person.
create table portal_people (
    tenant_id  uuid        not null references tenants (id),
    subject    text        not null,
    name       text        not null,
    seen_at    timestamptz not null,
    primary key (tenant_id, subject),
    constraint portal_people_person check (
        char_length(subject) between 1 and 255 and char_length(name) between 1 and 255)
);
create index portal_people_by_sight on portal_people (tenant_id, seen_at);

alter table portal_people enable row level security;
create policy portal_people_of_tenant on portal_people
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));
grant select, insert, update (name, seen_at) on portal_people to ${app_role};
