package app.spine.consumers;

/** Two keys of which one takes the other's place, for the audit trail. */
record KeyRotation(KeyView key, KeyView replaced) {}
