package app.spine.portal;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Named;
import org.jspecify.annotations.Nullable;

/**
 * Proves that a change comes from one of our own pages: each form has it as a hidden field, htmx sends it as a header.
 * Templates have it as {@code inject:csrf.token}, {@code inject:csrf.field} and {@code inject:csrf.header}.
 */
@RequestScoped
@Named("csrf")
public class Csrf {

    /** The name of the hidden field. */
    public static final String FIELD = "csrf-token";

    /** The name of the header. */
    public static final String HEADER = "X-CSRF-Token";

    private @Nullable String token;

    void set(String value) {
        token = value;
    }

    /** The current session's token; empty on a page that takes no sign-in. */
    public String getToken() {
        return token == null ? "" : token;
    }

    public String getField() {
        return FIELD;
    }

    public String getHeader() {
        return HEADER;
    }
}
