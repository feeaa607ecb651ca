package app.spine.portal;

import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** The portal's own addresses. */
final class PortalPath {

    static final String ROOT = "/portal";

    /** Where the provider sends people back to. */
    static final String CALLBACK = ROOT + "/callback";

    static final String SIGN_IN_AGAIN = ROOT + "/sign-in-again";

    static final String SIGN_OUT = ROOT + "/sign-out";

    static final String SIGNED_OUT = ROOT + "/signed-out";

    /** Where a developer of a partner enters the code of an invitation. */
    static final String INVITATION = ROOT + "/invitation";

    private PortalPath() {}

    /** Whether the request is for the portal, also with matrix parameters behind it, which JAX-RS leaves out. */
    static boolean isPortal(RoutingContext context) {
        return isPortal(context.normalizedPath());
    }

    private static boolean isPortal(String path) {
        return path.startsWith(ROOT)
                && (path.length() == ROOT.length()
                        || path.charAt(ROOT.length()) == '/'
                        || path.charAt(ROOT.length()) == ';'
                        || path.charAt(ROOT.length()) == '?');
    }

    /**
     * A page to send somebody to who says where it was: a path of the portal and nothing that a browser could take for
     * another server; the first page in place of anything else.
     */
    static String page(@Nullable String wanted) {
        boolean ours = wanted != null
                && isPortal(wanted)
                && wanted.length() <= 1_000
                && wanted.chars().allMatch(c -> c > ' ' && c < 127 && c != '\\' && c != '"' && c != '<')
                && !wanted.contains("//");
        return ours && wanted != null ? wanted : ROOT;
    }
}
