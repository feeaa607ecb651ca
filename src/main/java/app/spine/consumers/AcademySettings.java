package app.spine.consumers;

import app.spine.events.DomainEvent;
import app.spine.tenancy.CurrentTenant;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The rules of an academy, and who they hold for. Its own nodes hear of changed limits within a second. Every method runs
 * in the transaction that its caller opened.
 */
@ApplicationScoped
public class AcademySettings {

    private final EntityManager entities;
    private final Event<DomainEvent> events;
    private final CurrentTenant tenant;

    AcademySettings(EntityManager entities, Event<DomainEvent> events, CurrentTenant tenant) {
        this.entities = entities;
        this.events = events;
        this.tenant = tenant;
    }

    /**
     * For whom the rules hold.
     *
     * @param onDefaults consumers that have none of the two limits of their own
     * @param olderKeys keys that work and are older than the rule lets a new one become; null without such a rule
     */
    public record Reach(
            long consumers, long onDefaults, @Nullable Long olderKeys) {}

    /** What holds. */
    public AcademyRules read() {
        Object[] row = (Object[]) entities.createNativeQuery(
                        "select burst_requests, burst_seconds, sustained_requests, sustained_seconds, monthly_quota,"
                                + " max_key_age_days from tenants where id = :tenant",
                        Object[].class)
                .setParameter("tenant", academy())
                .getSingleResult();
        return new AcademyRules(
                (Integer) row[0], (Integer) row[1], (Integer) row[2], (Integer) row[3], (Long) row[4], (Integer)
                        row[5]);
    }

    /** How many it is about. */
    public Reach reach() {
        Object[] row = (Object[]) entities.createNativeQuery("""
                        select (select count(*) from api_consumers where tenant_id = :tenant),
                            (select count(*) from api_consumers
                                where tenant_id = :tenant and burst_requests is null and sustained_requests is null),
                            (select count(*) from api_keys k join tenants t on t.id = k.tenant_id
                                where k.tenant_id = :tenant and k.revoked_at is null
                                    and (k.expires_at is null or k.expires_at > now())
                                    and k.created_at < now() - make_interval(days => t.max_key_age_days))""", Object[].class)
                .setParameter("tenant", academy())
                .getSingleResult();
        AcademyRules rules = read();
        return new Reach((Long) row[0], (Long) row[1], rules.maxKeyAgeDays() == null ? null : (Long) row[2]);
    }

    /** Lays down other rules; the same ones change nothing. The caller has checked that they are within bounds. */
    public void change(AcademyRules wanted) {
        AcademyRules before = read();
        if (wanted.equals(before)) {
            return;
        }
        entities.createNativeQuery("""
                        update tenants set burst_requests = :burst, burst_seconds = :burstSeconds,
                            sustained_requests = :sustained, sustained_seconds = :sustainedSeconds,
                            monthly_quota = cast(:quota as bigint), max_key_age_days = cast(:age as integer)
                        where id = :tenant""")
                .setParameter("burst", wanted.burstRequests())
                .setParameter("burstSeconds", wanted.burstSeconds())
                .setParameter("sustained", wanted.sustainedRequests())
                .setParameter("sustainedSeconds", wanted.sustainedSeconds())
                .setParameter("quota", wanted.monthlyQuota())
                .setParameter("age", wanted.maxKeyAgeDays())
                .setParameter("tenant", academy())
                .executeUpdate();
        events.fire(new ConsumerEvent.RulesChanged(academy().toString(), before, wanted));
    }

    private UUID academy() {
        return tenant.require().id();
    }
}
