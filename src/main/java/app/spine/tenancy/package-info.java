/**
 * Which academy the current work belongs to, twice over: Hibernate's discriminator adds the tenant to every query, and
 * row-level security hides other tenants' rows from the role the program runs under, whatever a query says. The tenant
 * is set for one transaction (or one statement outside any), never for a connection: a rollback would undo a session
 * setting made inside it, and the next borrower would inherit what was not undone. The pools of connections
 * beside that of the operations are made here, and here is the deadline of whatever uses the database as the program
 * stops. Uses http.
 */
@NullMarked
package app.spine.tenancy;

import org.jspecify.annotations.NullMarked;
