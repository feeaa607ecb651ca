package app.spine.testsupport;

import io.quarkus.test.junit.callback.QuarkusTestBeforeEachCallback;
import io.quarkus.test.junit.callback.QuarkusTestMethodContext;
import io.restassured.RestAssured;

/** REST Assured prints a call whose answer is not the expected one, also where it is awaited; its key stays out of that. */
public final class HideKeys implements QuarkusTestBeforeEachCallback {

    @Override
    public void beforeEach(QuarkusTestMethodContext context) {
        RestAssured.config = RestAssured.config()
                .logConfig(RestAssured.config().getLogConfig().blacklistHeader("Authorization"));
    }
}
