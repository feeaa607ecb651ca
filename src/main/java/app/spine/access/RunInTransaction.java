package app.spine.access;

import app.spine.events.DomainEvent;
import app.spine.http.InTransaction;
import app.spine.tenancy.TenantTransaction;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * Opens the transaction around an operation. For a change it renders the answer and writes its log row before the
 * commit: a call that had its effect is in the log, and one that is not in the log had none.
 */
@InTransaction
@Interceptor
// Inside Bean Validation (4,800), so that an invalid body costs no transaction.
@Priority(Interceptor.Priority.PLATFORM_AFTER + 900)
class RunInTransaction {

    private final TenantTransaction transaction;
    private final DataSource dataSource;
    private final RequestLog log;
    private final ObjectMapper json;
    private final CurrentVertxRequest current;
    private final WrittenEvents written;
    private final ReplayIdempotent idempotency;

    RunInTransaction(
            TenantTransaction transaction,
            DataSource dataSource,
            RequestLog log,
            ObjectMapper json,
            CurrentVertxRequest current,
            WrittenEvents written,
            ReplayIdempotent idempotency) {
        this.transaction = transaction;
        this.dataSource = dataSource;
        this.log = log;
        this.json = json;
        this.current = current;
        this.written = written;
        this.idempotency = idempotency;
    }

    @AroundInvoke
    @Nullable
    Object around(InvocationContext call) throws Exception {
        Exchange exchange = Exchange.find(current.getCurrent()).orElseThrow();
        Operation operation = Operation.of(call.getMethod());
        if (!operation.isChange()) {
            return transaction.call(call::proceed);
        }
        ReplayIdempotent.Attempt attempt = idempotency.attempt(exchange, call.getParameters());
        Object answer = transaction.call(() -> {
            if (attempt != null) {
                Optional<RestResponse<Rendered>> replayed = idempotency.replay(attempt, exchange);
                if (replayed.isPresent()) {
                    record(
                            exchange,
                            replayed.get().getStatus(),
                            replayed.get().getEntity().length());
                    return replayed.get();
                }
            }
            RestResponse<?> result = (RestResponse<?>) call.proceed();
            written.require(operation.auditEvents());
            byte[] body = result.getEntity() == null ? new byte[0] : json.writeValueAsBytes(result.getEntity());
            exchange.body = body;
            record(exchange, result.getStatus(), body.length);
            if (attempt != null) {
                idempotency.store(attempt, result);
            }
            return result;
        });
        exchange.recorded = true;
        return answer;
    }

    private void record(Exchange exchange, int status, int length) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            log.append(connection, RequestEntry.of(exchange, status, null, length));
        }
    }

    /** Which audit events the current request has written, held against what its operation declares. */
    @jakarta.enterprise.context.RequestScoped
    static class WrittenEvents {

        private java.util.@Nullable Set<String> names;

        void observe(@Observes DomainEvent event) {
            if (names == null) {
                names = new java.util.TreeSet<>();
            }
            names.add(event.auditEvent());
        }

        /**
         * Refuses a change that did not write the audit event its contract names, before it commits.
         *
         * @throws IllegalStateException when the operation's code and its declaration have drifted apart
         */
        void require(java.util.Set<String> declared) {
            // A change that finds everything as it should be already changes nothing and records nothing.
            if (names != null && java.util.Collections.disjoint(names, declared)) {
                throw new IllegalStateException("the operation declares " + declared + " and wrote " + names);
            }
        }
    }
}
