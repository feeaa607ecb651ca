package app.spine.portal;

import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.Response;

/** What a request of htmx gets instead of a page, which would land inside a part of another one. */
final class Htmx {

    private Htmx() {}

    static boolean is(HttpServerRequest request) {
        return "true".equals(request.getHeader("HX-Request"));
    }

    /** The page that is open is loaded anew, which leads wherever its address leads. */
    static Response reload(int status) {
        return Response.status(status).header("HX-Refresh", "true").build();
    }

    /** Another page of ours is opened. */
    static Response open(int status, String page) {
        return Response.status(status).header("HX-Redirect", page).build();
    }
}
