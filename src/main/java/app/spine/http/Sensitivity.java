package app.spine.http;

/** What a field holds, and therefore where its value may be written. */
public enum Sensitivity {
    /** Harmless: anywhere. */
    PUBLIC,

    /** About a person: in the tenant's own rows and answers, never in a line of a log, a metric, a trace or an error. */
    PERSONAL,

    /** As personal, and masked in the audit trail, which more people read than hold the scopes for health. */
    HEALTH,

    /** Whoever knows it can act with it: left out of everything that is kept, shown at most once. */
    SECRET
}
