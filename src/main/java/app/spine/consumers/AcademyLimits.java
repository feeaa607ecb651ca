package app.spine.consumers;

import app.spine.tenancy.CurrentTenant;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an academy lays down for all consumers and keys, and what of a monthly quota is used. */
@ApplicationScoped
class AcademyLimits {

    private final EntityManager entities;
    private final CurrentTenant tenant;
    private final Clock clock;

    AcademyLimits(EntityManager entities, CurrentTenant tenant, Clock clock) {
        this.entities = entities;
        this.tenant = tenant;
        this.clock = clock;
    }

    /** For a consumer that has no limits of its own. */
    EffectiveLimits ofAcademy() {
        Object[] row = (Object[]) entities.createNativeQuery(
                        "select burst_requests, burst_seconds, sustained_requests, sustained_seconds, monthly_quota"
                                + " from tenants where id = :tenant",
                        Object[].class)
                .setParameter("tenant", tenant.require().id())
                .getSingleResult();
        return new EffectiveLimits(
                (Integer) row[0], (Integer) row[1], (Integer) row[2], (Integer) row[3], (Long) row[4]);
    }

    /** How old a key may become; null for no bound. */
    @Nullable
    Duration findMaxKeyAge() {
        Integer days = (Integer)
                entities.createNativeQuery("select max_key_age_days from tenants where id = :tenant", Integer.class)
                        .setParameter("tenant", tenant.require().id())
                        .getSingleResult();
        return days == null ? null : Duration.ofDays(days);
    }

    /** This month's use; null for a consumer that was not counted this month. */
    @SuppressWarnings("unchecked") // Jakarta Persistence gives a native query's result as a raw list
    @Nullable
    QuotaUse findQuotaUse(Consumer consumer) {
        LocalDate month = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).withDayOfMonth(1);
        List<Object[]> rows = entities.createNativeQuery(
                        "select used, warned_80_at, warned_100_at from api_quota_use"
                                + " where tenant_id = :tenant and consumer_id = :consumer and month = :month",
                        Object[].class)
                .setParameter("tenant", tenant.require().id())
                .setParameter("consumer", consumer.id)
                .setParameter("month", month)
                .getResultList();
        return rows.isEmpty()
                ? null
                : new QuotaUse(
                        month, (Long) rows.getFirst()[0], (Instant) rows.getFirst()[1], (Instant) rows.getFirst()[2]);
    }
}
