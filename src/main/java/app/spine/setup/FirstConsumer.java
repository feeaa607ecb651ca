package app.spine.setup;

import app.spine.consumers.Scope;
import java.util.List;

/** A live consumer that no other one registered: all its scopes count at once, the sensitive ones too. */
public record FirstConsumer(
        String name, String ownerName, String ownerEmail, List<Scope> scopes, int perSecond, int perMinute) {}
