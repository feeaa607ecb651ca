package app.spine.portal;

import io.quarkus.qute.TemplateInstance;
import java.net.URI;
import org.jboss.resteasy.reactive.RestResponse;

/** Answers of pages. */
final class Html {

    static final String TYPE = "text/html;charset=UTF-8";

    private Html() {}

    static RestResponse<String> page(TemplateInstance template) {
        return page(200, template);
    }

    /** Nothing of an academy stays in a browser's cache: whoever sits down after a sign-out finds nothing. */
    static RestResponse<String> page(int status, TemplateInstance template) {
        return RestResponse.ResponseBuilder.<String>create(status)
                .entity(template.render())
                .header("Content-Type", TYPE)
                .header("Cache-Control", "no-store")
                .build();
    }

    /** To a page, after a form. */
    static RestResponse<String> to(String path) {
        return RestResponse.ResponseBuilder.<String>create(303)
                .location(URI.create(path))
                .build();
    }

    /** To a page that says what was done. */
    static RestResponse<String> to(String path, Done done) {
        return to(path + "?done=" + done.wire());
    }
}
