package app.spine.http;

import jakarta.enterprise.context.RequestScoped;
import java.util.Set;

/** The scopes the current caller holds, for what an operation shows beyond its own scope. Without a caller: none. */
@RequestScoped
public class GrantedScopes {

    private Set<String> scopes = Set.of();

    /** Sets what the caller holds. */
    public void grant(Set<String> held) {
        scopes = held;
    }

    /** Whether the caller holds the scope. */
    public boolean has(String scope) {
        return scopes.contains(scope);
    }

    /** All of them. */
    public Set<String> all() {
        return scopes;
    }
}
