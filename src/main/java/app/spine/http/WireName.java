package app.spine.http;

/** An enum whose constants have a name of their own in JSON. */
public interface WireName {

    /** The name as sent and stored. */
    String wire();
}
