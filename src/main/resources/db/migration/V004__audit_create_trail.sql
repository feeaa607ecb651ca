-- One record of each change, written in its transaction. Only hashes of the values stand in the record, salted, so
-- that the values can be erased for a person without the trail losing its proof of the rest.
create table audit_log (
    tenant_id        uuid        not null references tenants (id),
    id               uuid        not null,
    occurred_at      timestamptz not null,
    event            text        not null,
    actor_kind       text        not null,
    actor_id         text        not null,
    actor_key_id     text,
    entity_kind      text        not null,
    entity_id        text        not null,
    source_workflow  text        not null,
    request_id       text,
    before_hash      bytea,
    after_hash       bytea,
    metadata         jsonb       not null default '{}',
    primary key (tenant_id, id),
    constraint audit_log_event_format check (event ~ '^[a-z_]+(\.[a-z_]+)+$'),
    constraint audit_log_actor_kind check (actor_kind in ('consumer', 'person', 'provider', 'system')),
    constraint audit_log_hashes check (
        (before_hash is null or octet_length(before_hash) = 32) and (after_hash is null or octet_length(after_hash) = 32))
);
create index audit_log_by_entity on audit_log (tenant_id, entity_id, id);
create index audit_log_by_actor on audit_log (tenant_id, actor_id, id);
create index audit_log_by_event on audit_log (tenant_id, event, id);

-- Text, not jsonb: the hash is of these exact bytes (SHA-256 of salt, then value in UTF-8).
create table audit_values (
    tenant_id  uuid  not null,
    audit_id   uuid  not null,
    salt       bytea not null,
    before     text,
    after      text,
    primary key (tenant_id, audit_id),
    foreign key (tenant_id, audit_id) references audit_log (tenant_id, id),
    constraint audit_values_salt_length check (octet_length(salt) = 16)
);

create table audit_reviews (
    tenant_id    uuid        not null,
    id           uuid        not null,
    audit_id     uuid        not null,
    reviewed_at  timestamptz not null,
    reviewer     text        not null,
    outcome      text        not null,
    note         text,
    primary key (tenant_id, id),
    foreign key (tenant_id, audit_id) references audit_log (tenant_id, id)
);
create index audit_reviews_by_record on audit_reviews (tenant_id, audit_id, id);

alter table audit_log enable row level security;
create policy audit_log_of_tenant on audit_log
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));
alter table audit_values enable row level security;
create policy audit_values_of_tenant on audit_values
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));
alter table audit_reviews enable row level security;
create policy audit_reviews_of_tenant on audit_reviews
    using (tenant_id = (select nullif(current_setting('spine.tenant', true), '')::uuid));

-- Never update or delete: the trail only grows.
grant select, insert on audit_log, audit_values, audit_reviews to ${app_role};
