package app.spine.consumers;

import app.spine.events.CurrentOrigin;
import app.spine.http.Governed;
import app.spine.http.InTransaction;
import app.spine.tenancy.HomeTenant;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What a consumer may know about itself with any valid key. */
@Path("/v1/consumer")
@Tag(name = "Consumers")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class OwnConsumerResource {

    private final Consumers consumers;
    private final AcademyLimits limits;
    private final CurrentOrigin origin;
    private final Clock clock;

    OwnConsumerResource(Consumers consumers, AcademyLimits limits, CurrentOrigin origin, Clock clock) {
        this.consumers = consumers;
        this.limits = limits;
        this.origin = origin;
        this.clock = clock;
    }

    @GET
    @Authenticated
    @HomeTenant
    @Governed
    @InTransaction
    @Operation(operationId = "readOwnConsumer", summary = "Who am I, what may I do, when does my key end")
    public OwnConsumerView read() {
        Consumer consumer = consumers.require(origin.actor().id());
        ApiKey key = consumers.findOwnKey();
        return OwnConsumerView.of(
                consumer,
                limits.ofAcademy(),
                limits.findQuotaUse(consumer),
                key == null ? null : KeyView.of(key, clock.instant()));
    }
}
