package app.spine.access;

import app.spine.http.HttpProblem;
import app.spine.http.Problem;
import app.spine.http.UuidV7;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Gives each request under {@code /v1} its id and its place in the log, ahead of authentication. */
@ApplicationScoped
class OpenExchange {

    // Quarkus authenticates at 200; higher runs earlier.
    private static final int BEFORE_AUTHENTICATION = 1_000;

    private final Clock clock;
    private final ClientAddress clientAddress;
    private final ProblemAnswers answers;

    OpenExchange(Clock clock, ClientAddress clientAddress, ProblemAnswers answers) {
        this.clock = clock;
        this.clientAddress = clientAddress;
        this.answers = answers;
    }

    void register(@Observes Filters filters) {
        filters.register(this::open, BEFORE_AUTHENTICATION);
    }

    private void open(RoutingContext context) {
        String uri = context.request().uri();
        Problem refusal = isUri(uri) ? RefuseLargeHead.refusal(context.request()) : noUri();
        if (refusal != null) {
            refuse(context, refusal);
            return;
        }
        String path = context.normalizedPath();
        if (isGoverned(path)) {
            exchange(context, path);
        }
        context.next();
    }

    private Exchange exchange(RoutingContext context, String path) {
        Exchange exchange = new Exchange(
                UuidV7.create(clock), clock.instant(), context.request(), path, clientAddress.of(context.request()));
        exchange.attachTo(context);
        return exchange;
    }

    private void refuse(RoutingContext context, Problem problem) {
        var _ = answers.send(context, undecoded(context), problem).subscribe().with(sent -> {}, context::fail);
    }

    /**
     * The exchange of a request whose path is not decoded, because it cannot be or because that comes too late; null when
     * it is not governed. Its log row has the path as it was sent, and nothing of the query, whose values no log may hold.
     */
    @Nullable
    Exchange undecoded(RoutingContext context) {
        String path = context.request().path();
        return isGoverned(path) ? exchange(context, path) : null;
    }

    /** The server's own check of this is turned off by {@code Main}: it would answer without a word and without a row. */
    static Problem noUri() {
        return new Problem(
                HttpProblem.BAD_VALUE,
                "The path or query is no URI. Encode a % as %25, and whatever is not plain as %xx.");
    }

    static boolean isUri(@Nullable String text) {
        if (text != null && isPlainPath(text)) {
            return true;
        }
        try {
            return text != null && new URI(text).getRawPath() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** What nearly every call asks for: a path of letters, digits and what stands between them, which is a URI unparsed. */
    private static boolean isPlainPath(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z')
                    || (c >= '0' && c <= '9')
                    || (c >= 'A' && c <= 'Z')
                    || c == '/'
                    || c == '_'
                    || c == '-';
            if (!plain) {
                return false;
            }
        }
        return text.startsWith("/");
    }

    /** Also with matrix parameters behind {@code /v1}, which Quarkus leaves out when it looks for a path. */
    private static boolean isGoverned(@Nullable String path) {
        return path != null
                && path.startsWith("/v1")
                && (path.length() == 3 || path.charAt(3) == '/' || path.charAt(3) == ';');
    }
}
