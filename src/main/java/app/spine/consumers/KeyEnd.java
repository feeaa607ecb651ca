package app.spine.consumers;

/** A key and how many days it has left at most, for whoever is reminded. */
record KeyEnd(KeyView key, int days) {}
