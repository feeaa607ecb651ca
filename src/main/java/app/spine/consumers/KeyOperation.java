package app.spine.consumers;

import java.time.LocalDate;

/**
 * What a key was used for, and would no longer do.
 *
 * @param operation its id in the OpenAPI document
 * @param lastDay the last day (UTC) with a call
 */
public record KeyOperation(String operation, long requests, LocalDate lastDay) {}
