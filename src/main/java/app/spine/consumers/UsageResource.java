package app.spine.consumers;

import app.spine.http.Governed;
import app.spine.http.InTransaction;
import app.spine.http.Page;
import io.quarkus.security.PermissionsAllowed;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** How much a consumer uses the API. */
@Path("/v1/consumers/{id}/usage")
@Tag(name = "Consumers", description = "Apps that call the API, and their keys.")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class UsageResource {

    private final Consumers consumers;
    private final Usage usage;
    private final Clock clock;

    UsageResource(Consumers consumers, Usage usage, Clock clock) {
        this.consumers = consumers;
        this.usage = usage;
        this.clock = clock;
    }

    @GET
    @PermissionsAllowed("consumers:read")
    @Governed(cost = 2)
    @InTransaction
    @Operation(
            operationId = "readUsage",
            summary = "Read a consumer's use by day, operation and class of answer",
            description =
                    "Newest day first; limit is a number of days. Counted from the request log a few seconds behind"
                            + " it, a minute where very many keys are in use: counted_until says up to when. Without"
                            + " from and to the last 30 days, at most a year. Calls without a key that works are"
                            + " nobody's use.")
    public UsageView read(
            @PathParam("id") String id,
            @Parameter(description = "The first day (UTC).", example = "2026-11-01") @QueryParam("from") @Nullable
                    String from,
            @Parameter(description = "The last day (UTC).", example = "2026-11-22") @QueryParam("to") @Nullable
                    String to,
            @Parameter(description = "Of one of the consumer's keys alone.") @QueryParam("key_id") @Nullable
                    String keyId,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("after") @Nullable String after)
            throws SQLException {
        UsagePeriod period = UsagePeriod.read(from, to, keyId, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
        int days = Page.limit(limit);
        Consumer consumer = consumers.require(id);
        UUID position =
                Page.after(after, Usage.LIST, Usage.cursorOf(consumer, period)).orElse(null);
        return usage.read(consumer, period, position, days);
    }
}
