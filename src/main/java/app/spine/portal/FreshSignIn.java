package app.spine.portal;

import jakarta.ws.rs.NameBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The page takes a sign-in of the last ten minutes. An older one is renewed first: a GET goes to the provider and comes
 * back to its own address; anything else answers with a page that leads to the provider and back to where the person
 * was. Put it on the GET of a form too, so that nothing has to be typed twice. Stands beside {@link Allowed}.
 */
@NameBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface FreshSignIn {}
