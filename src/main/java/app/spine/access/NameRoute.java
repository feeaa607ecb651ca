package app.spine.access;

import io.quarkus.resteasy.reactive.server.runtime.ResteasyReactiveRecorder;
import io.quarkus.resteasy.reactive.server.runtime.observability.ObservabilityIntegrationRecorder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.HttpSecurityRecorder.DefaultAuthFailureHandler;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
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

    void register(@Observes Filters filters) {
        filters.register(NameRoute::failUnnamed, BEHIND_AUTHENTICATION);
    }

    /** Takes the place of the handler that the framework would name the request and then replace for. */
    private static void failUnnamed(RoutingContext context) {
        if (Exchange.find(context).isPresent()
                && context.get(QuarkusHttpUser.AUTH_FAILURE_HANDLER) instanceof DefaultAuthFailureHandler) {
            context.put(QuarkusHttpUser.AUTH_FAILURE_HANDLER, FailAuthentication.INSTANCE);
        }
        context.next();
    }

    /** Names a request that is refused outside JAX-RS; one without a route stays as it is. */
    static void of(RoutingContext context) {
        Deployment deployment = ResteasyReactiveRecorder.getCurrentDeployment();
        try {
            if (deployment != null) {
                ObservabilityIntegrationRecorder.setTemplatePath(context, deployment);
            }
        } catch (IllegalArgumentException e) {
            LOG.debug("A path that cannot be decoded has no route", e);
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
