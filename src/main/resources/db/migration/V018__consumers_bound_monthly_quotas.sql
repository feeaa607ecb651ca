-- A quota that no month can use up was counted beyond what a bigint holds, and each call of its consumer failed. It also
-- has more digits than the headers that speak of it may carry (RFC 9651: fifteen). A million million is the most.
update api_consumers set monthly_quota = 1000000000000 where monthly_quota > 1000000000000;
update tenants set monthly_quota = 1000000000000 where monthly_quota > 1000000000000;
alter table api_consumers
    drop constraint api_consumers_quota,
    add constraint api_consumers_quota check (monthly_quota between 1 and 1000000000000);
alter table tenants
    drop constraint tenants_quota,
    add constraint tenants_quota check (monthly_quota between 1 and 1000000000000);
