package app.spine.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The contract of an operation beside its scopes: what it writes to the trail and what it costs. The OpenAPI document
 * is generated from it, and a change whose events differ from it is refused before it commits.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Governed {

    /** What a read writes: its row in the request log. */
    String READ = "api.request.recorded";

    /** The audit event the operation writes. */
    String auditEvent() default READ;

    /** Those it writes instead where the change is of another kind: one record a change, whichever it is. */
    String[] orAuditEvents() default {};

    /** What a call takes from the caller's limits. */
    int cost() default 1;

    /** Codes it can refuse with beyond those that its shape implies (parameters, body, preconditions). */
    String[] refusals() default {};

    /**
     * Scopes beyond its own that it looks at, for what it shows or takes: a call is taken for a use of them too, so that
     * they are not called unused.
     */
    String[] alsoUses() default {};
}
