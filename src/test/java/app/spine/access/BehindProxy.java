package app.spine.access;

import static io.restassured.RestAssured.given;

import app.spine.testsupport.Academy;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.restassured.specification.RequestSpecification;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** The test is a trusted proxy, so that each test calls from an address of its own, whose buckets are full. */
public final class BehindProxy implements QuarkusTestProfile {

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "spine.access.trusted-proxies",
                "127.0.0.1/32,::1/128",
                // So few that a flood outruns them also on a slow machine.
                "spine.access.unknown-keys-per-address",
                "3");
    }

    /** An address that nobody has called from. */
    static String freshAddress() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "2001:db8:%x:%x::%x"
                .formatted(random.nextInt(1, 0x10000), random.nextInt(1, 0x10000), random.nextInt(1, 0x10000));
    }

    static RequestSpecification anyone() {
        return from(freshAddress());
    }

    static RequestSpecification from(String address) {
        return given().header("X-Forwarded-For", address);
    }

    static RequestSpecification as(Academy.TestConsumer consumer) {
        return anyone().header("Authorization", consumer.bearer());
    }
}
