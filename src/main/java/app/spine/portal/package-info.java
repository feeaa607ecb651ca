/**
 * The portal's pages and who may see them. People sign in at the OIDC provider of the installation; claims of their
 * token say the academy and the role, and a session of the portal's own in the database says that they have not signed
 * out. Nothing here counts under {@code /v1}, and no key or token of {@code /v1} counts here.
 */
@NullMarked
package app.spine.portal;

import org.jspecify.annotations.NullMarked;
