/**
 * The contract as a document: completes the generated OpenAPI description with what stands beside each operation (scopes,
 * limit cost, audit event, errors, examples), and shows it as pages that need no script. Nobody writes a second copy: what
 * is published is read from the code. Uses http.
 */
@NullMarked
package app.spine.reference;

import org.jspecify.annotations.NullMarked;
