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

    RunInTransaction(
            TenantTransaction transaction,
            DataSource dataSource,
            RequestLog log,
            ObjectMapper json,
            CurrentVertxRequest current,
            WrittenEvents written) {
        this.transaction = transaction;
        this.dataSource = dataSource;
        this.log = log;
        this.json = json;
        this.current = current;
        this.written = written;
    }

    @AroundInvoke
    @Nullable
    Object around(InvocationContext call) throws Exception {
        Exchange exchange = Exchange.find(current.getCurrent()).orElseThrow();
        Operation operation = Operation.of(call.getMethod());
        boolean change = operation.isChange();
        Object answer = transaction.call(() -> {
            Object result = call.proceed();
            if (change) {
                written.require(operation.auditEvent());
                render(exchange, result);
            }
            return result;
        });
        exchange.recorded = change;
        return answer;
    }

    private void render(Exchange exchange, @Nullable Object result) throws Exception {
        int status = 200;
        Object entity = result;
        if (result instanceof RestResponse<?> response) {
            status = response.getStatus();
            entity = response.getEntity();
        }
        byte[] body = entity == null ? new byte[0] : json.writeValueAsBytes(entity);
        exchange.body = body;
        try (Connection connection = dataSource.getConnection()) {
            log.append(
                    connection,
                    RequestEntry.of(exchange, entity == null && status == 200 ? 204 : status, null, body.length));
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
        void require(String declared) {
            // A change that finds everything as it should be already changes nothing and records nothing.
            if (names != null && !names.contains(declared)) {
                throw new IllegalStateException("the operation declares " + declared + " and wrote " + names);
            }
        }
    }
}
