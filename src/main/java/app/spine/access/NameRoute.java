package app.spine.access;

import io.quarkus.resteasy.reactive.server.runtime.ResteasyReactiveRecorder;
import io.quarkus.resteasy.reactive.server.runtime.observability.ObservabilityIntegrationRecorder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.HttpSecurityRecorder.DefaultAuthFailureHandler;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.Context;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.core.Deployment;

/**
 * Names a request for the metrics by its route, {@code /v1/members/{id}}. The framework does so by itself once an
 * operation is found. For requests that may be refused before, it does it for all of them ahead of time, and makes a table
 * of every route each time: a tenth of the program's work for a read. Here only those that are refused pay for it.
 */
@ApplicationScoped
class NameRoute {

    private static final Logger LOG = Logger.getLogger(NameRoute.class);

    // Behind the framework's authentication, which registers first, and ahead of its own naming (199).
    private static final int BEHIND_AUTHENTICATION = 200;

    // Behind everything that is ours, and ahead of JAX-RS.
    private static final int LAST = 40;

    private static final String TEMPLATE = "UrlPathTemplate";
    private static final String NO_ROUTE = "/v1/unknown";

    void register(@Observes Filters filters) {
        filters.register(NameRoute::failUnnamed, BEHIND_AUTHENTICATION);
        filters.register(NameRoute::leaveToOperations, LAST);
    }

    /** Takes the place of the handler that the framework would name the request and then replace for. */
    private static void failUnnamed(RoutingContext context) {
        if (Exchange.find(context).isPresent()
                && context.get(QuarkusHttpUser.AUTH_FAILURE_HANDLER) instanceof DefaultAuthFailureHandler) {
            context.put(QuarkusHttpUser.AUTH_FAILURE_HANDLER, FailAuthentication.INSTANCE);
        }
        context.next();
    }

    /** As the framework takes its own away: in JAX-RS a failure of authentication is an exception with a mapper. */
    private static void leaveToOperations(RoutingContext context) {
        if (context.get(QuarkusHttpUser.AUTH_FAILURE_HANDLER) == FailAuthentication.INSTANCE) {
            context.remove(QuarkusHttpUser.AUTH_FAILURE_HANDLER);
        }
        context.next();
    }

    /**
     * Names a request that is refused outside JAX-RS. Calls of the API without a route share one name, or callers could make
     * as many as they like; for 404 there is one already.
     */
    static void of(RoutingContext context, int status) {
        try {
            Deployment deployment = ResteasyReactiveRecorder.getCurrentDeployment();
            if (deployment != null) {
                ObservabilityIntegrationRecorder.setTemplatePath(context, deployment);
            }
        } catch (IllegalArgumentException e) {
            LOG.debug("A path that cannot be decoded has no route", e);
        }
        Context request = ((HttpServerRequestInternal) context.request()).context();
        if (status != 404 && Exchange.find(context).isPresent() && request.getLocal(TEMPLATE) == null) {
            request.putLocal(TEMPLATE, NO_ROUTE);
        }
    }

    /** What the framework does with a failure of authentication itself: the request fails, and failures are answered. */
    private enum FailAuthentication implements BiConsumer<RoutingContext, Throwable> {
        INSTANCE;

        @Override
        public void accept(RoutingContext context, Throwable failure) {
            DefaultAuthFailureHandler.markIfOtherAuthenticationFailure(context, failure);
            if (!context.failed()) {
                context.fail(DefaultAuthFailureHandler.extractRootCause(failure));
            }
        }
    }
}
