package app.spine.consumers;

import app.spine.events.DomainEvent;
import app.spine.http.HttpProblem;
import app.spine.http.Network;
import app.spine.http.Problem;
import app.spine.http.Reason;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where calls with a key may come from. Every method runs in the transaction that its caller opened. */
@ApplicationScoped
public class AllowedNetworks {

    // One way to write a range, or it may mean less than it says: digits of an address, without zone or brackets, and
    // no
    // octet with a leading zero, which some systems read as octal.
    private static final Pattern RANGE =
            Pattern.compile("(?!.*(?:\\b0[0-9]+\\.|\\.0[0-9]))[0-9A-Fa-f:.]+(?:/(?:0|[1-9][0-9]{0,2}))?");

    /** How many ranges a key may have. */
    static final int MOST = 32;

    private final Event<DomainEvent> events;
    private final Consumers consumers;
    private final Keys keys;
    private final Clock clock;

    AllowedNetworks(Event<DomainEvent> events, Consumers consumers, Keys keys, Clock clock) {
        this.events = events;
        this.consumers = consumers;
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * Changes them. Networks that the key has already stay, and nothing changes.
     *
     * @throws Problem 404, 403 when the consumer holds what the caller does not, 409 for a key that no longer works, 422
     */
    public void change(String consumerId, String keyId, KeyNetworks wanted) {
        var _ = changed(consumerId, keyId, wanted);
    }

    /** The same; the key as it is then. */
    ApiKey changed(String consumerId, String keyId, KeyNetworks wanted) {
        Consumer consumer = consumers.require(consumerId);
        ApiKey key = keys.require(consumer, keyId);
        consumers.refuseStronger(consumer);
        Instant now = clock.instant();
        if (!key.isLive(now)) {
            throw new Problem(
                    HttpProblem.CONFLICT,
                    "The key is " + key.status(now) + ", so no call with it comes from anywhere.");
        }
        List<String> networks = require(wanted.networks());
        if (!networks.equals(key.networks)) {
            KeyView before = KeyView.of(key, now);
            key.networks = networks;
            events.fire(new ConsumerEvent.KeyLimited(Keys.publicId(consumer.id), before, KeyView.of(key, now)));
        }
        return key;
    }

    /**
     * What somebody wrote, each in CIDR notation, once.
     *
     * @throws Problem 422 with a reason for each that cannot be used
     */
    static List<String> require(@Nullable List<String> wanted) {
        if (wanted != null && wanted.size() > MOST) {
            throw new Problem(
                    HttpProblem.INVALID,
                    Reason.at(
                            HttpProblem.INVALID,
                            "/networks",
                            "At most " + MOST + " networks: join those that lie side by side into one range."));
        }
        List<String> networks = new ArrayList<>();
        List<Reason> reasons = new ArrayList<>();
        for (int i = 0; wanted != null && i < wanted.size(); i++) {
            String network = canonical(wanted.get(i));
            if (network == null) {
                reasons.add(Reason.at(
                        HttpProblem.INVALID,
                        "/networks/" + i,
                        "A network is an address or a range in CIDR notation without bits beyond its prefix, such as"
                                + " 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32."));
            } else if (!networks.contains(network)) {
                networks.add(network);
            }
        }
        if (!reasons.isEmpty()) {
            throw new Problem(HttpProblem.INVALID, "A network cannot be used as given.", reasons);
        }
        return networks;
    }

    private static @Nullable String canonical(String text) {
        if (!RANGE.matcher(text).matches()) {
            return null;
        }
        try {
            Network network = Network.parse(text);
            return network.hasBitsBeyondPrefix() ? null : network.toString();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
