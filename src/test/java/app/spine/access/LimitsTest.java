package app.spine.access;

import app.spine.testsupport.EmbeddedDatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;

/** Limits in the node's memory. */
@QuarkusTest
@WithTestResource(EmbeddedDatabaseResource.class)
class LimitsTest extends LimitsBehaviour {}
