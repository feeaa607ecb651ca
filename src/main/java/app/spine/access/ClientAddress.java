package app.spine.access;

import app.spine.http.Network;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * The client's address: the peer, unless the peer is a trusted proxy; then the right-most {@code X-Forwarded-For} entry
 * that is not itself trusted, since everything left of it was written by somebody we do not know.
 */
@ApplicationScoped
public class ClientAddress {

    private final List<Network> trusted;

    ClientAddress(AccessConfig config) {
        trusted = config.trustedProxies().orElse(List.of()).stream()
                .map(Network::parse)
                .toList();
    }

    /** Where the request comes from, as far as it can be believed. */
    public String of(HttpServerRequest request) {
        String peer = request.remoteAddress() == null
                ? "unknown"
                : request.remoteAddress().hostAddress();
        return trusted.isEmpty() ? peer : of(peer, request.headers().getAll("X-Forwarded-For"));
    }

    String of(String peer, List<String> forwardedFor) {
        String client = peer;
        String[] entries = String.join(",", forwardedFor).split(",", -1);
        for (int i = entries.length - 1; i >= 0 && isTrusted(client); i--) {
            String entry = entries[i].strip();
            if (Network.bytes(entry) == null) {
                // Not an address: nothing left of it can be believed either.
                return client;
            }
            client = entry;
        }
        return client;
    }

    private boolean isTrusted(String address) {
        return trusted.stream().anyMatch(network -> network.contains(address));
    }
}
