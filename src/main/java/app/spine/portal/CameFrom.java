package app.spine.portal;

import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The page that a form was sent from, as the browser says it; our policy lets it say so to us alone. */
final class CameFrom {

    private CameFrom() {}

    /** A page of the portal; the first one where the browser says nothing or another server. */
    static String page(HttpServerRequest request) {
        String current = request.getHeader("HX-Current-URL");
        return page(current != null ? current : request.getHeader("Referer"), String.valueOf(request.authority()));
    }

    static String page(@Nullable String address, String ourAuthority) {
        if (address == null) {
            return PortalPath.ROOT;
        }
        try {
            URI uri = new URI(address);
            if (!Objects.equals(uri.getAuthority(), ourAuthority)) {
                return PortalPath.ROOT;
            }
            String query = uri.getRawQuery();
            return PortalPath.page(query == null ? uri.getRawPath() : uri.getRawPath() + '?' + query);
        } catch (URISyntaxException e) {
            return PortalPath.ROOT;
        }
    }
}
