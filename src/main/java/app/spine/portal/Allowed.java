package app.spine.portal;

import jakarta.ws.rs.NameBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Who may use a page. Whoever is not signed in is sent to the provider and comes back; whoever has no role or another one
 * gets a page that says so. Behind it the academy is entered, {@link CurrentPerson} is known, audit records name the
 * person, and every request but GET and HEAD has proven that it comes from one of our own pages ({@link Csrf}).
 *
 * <p>On the method it replaces what stands on the class.
 */
@NameBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Allowed {

    /** The roles; one of them is enough. */
    Role[] value();
}
