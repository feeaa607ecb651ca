package app.spine.consumers;

import java.time.Instant;

/**
 * That the owner was reminded of a key's end.
 *
 * @param days how many days before the end at most: 30, 7 or 1
 */
public record SentReminder(int days, Instant sentAt) {}
