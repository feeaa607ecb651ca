package app.spine.health;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready means that the database answers; nothing else takes a node out of rotation. */
@Readiness
@ApplicationScoped
class DatabaseReady implements HealthCheck {

    private final DatabaseProbe probe;

    DatabaseReady(DatabaseProbe probe) {
        this.probe = probe;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("database").status(probe.isAnswering()).build();
    }
}
