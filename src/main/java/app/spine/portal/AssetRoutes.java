package app.spine.portal;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;

/** Serves {@link Assets}, compressed where the browser takes it; to anyone, since they say nothing of an academy. */
@ApplicationScoped
class AssetRoutes {

    void register(@Observes Router router) {
        router.get(Assets.base() + "/*").handler(AssetRoutes::answer);
        router.head(Assets.base() + "/*").handler(AssetRoutes::answer);
    }

    private static void answer(RoutingContext context) {
        Assets.Asset asset =
                Assets.ALL.get(context.normalizedPath().substring(Assets.base().length() + 1));
        if (asset == null) {
            context.next();
            return;
        }
        HttpServerResponse response = context.response()
                .putHeader("Content-Type", asset.type)
                .putHeader("Cache-Control", "public, max-age=31536000, immutable")
                .putHeader("Vary", "Accept-Encoding")
                .putHeader("X-Content-Type-Options", "nosniff");
        String accepted = context.request().getHeader("Accept-Encoding");
        Buffer gzipped = asset.gzipped();
        if (gzipped != null
                && accepted != null
                && accepted.toLowerCase(Locale.ROOT).contains("gzip")) {
            response.putHeader("Content-Encoding", "gzip").end(gzipped);
        } else {
            response.end(asset.bytes());
        }
    }
}
