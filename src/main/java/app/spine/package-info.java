/**
 * The program's entry: which database a start uses, secrets from files, the container's health check, the command that opens
 * an academy, and what a native image has to keep. The clock and the lag of jobs are here too, since they concern every
 * package.
 *
 * <p>It stands above every other package, and none refers to it. Decided here: what has to be known before Quarkus
 * boots is read from the same configuration that Quarkus reads, and handed to it as system properties.
 */
@NullMarked
package app.spine;

import org.jspecify.annotations.NullMarked;
