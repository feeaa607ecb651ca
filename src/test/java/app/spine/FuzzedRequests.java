package app.spine;

import app.spine.testsupport.RawHttp;
import app.spine.testsupport.RawHttp.Request;
import app.spine.testsupport.ServedDocument.Operation;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes requests of a documented operation, some valid, most with something wrong in one place or several. */
final class FuzzedRequests {

    private static final String HOLE = "@@hole@@";

    // The server's own limit of a request line is 4,096; what is longer never reaches an operation.
    private static final int TARGET_LENGTH = 3_500;

    private final Map<String, List<String>> ids;
    private final List<String> searches;

    /**
     * @param ids what may stand for {@code {id}}, by the first segment of the path, and for {@code {key}}
     * @param searches texts that find something
     */
    FuzzedRequests(Map<String, List<String>> ids, List<String> searches) {
        this.ids = ids;
        this.searches = searches;
    }

    /** A request of any kind, or one as the reference would have it. */
    Request of(Operation operation, boolean plain, Random random) {
        return plain || random.nextInt(4) == 0 ? valid(operation, random) : fuzzed(operation, random);
    }

    /** As the reference would have it, so that a run gets past every operation's front door. */
    private Request valid(Operation operation, Random random) {
        String path = operation.path();
        while (path.contains("{")) {
            path = path.replaceFirst("\\{[^}]*}", encode(HostileValues.pick(known(path), random)));
        }
        Request request = RawHttp.request(operation.method(), path);
        if (operation.parameters("header").contains("If-Match")) {
            request = request.with("If-Match", "*");
        }
        String type = operation.bodyType();
        return type == null
                ? request
                : request.body(type, RawHttp.utf8(operation.requestExample().toString()));
    }

    /** What may stand for the first variable of a path; {key} is one of the keys of the consumer before it. */
    private List<String> known(String path) {
        String kind = path.indexOf("{key}") == path.indexOf('{') ? "keys" : path.split("/", -1)[2];
        return ids.getOrDefault(kind, List.of());
    }

    private Request fuzzed(Operation operation, Random random) {
        Request request = RawHttp.request(operation.method(), target(operation, random));
        for (String header : operation.parameters("header")) {
            if (random.nextInt(4) > 0) {
                request = request.with(header, header(header, random));
            }
        }
        if (random.nextInt(20) == 0) {
            request = request.with("Accept", HostileValues.mediaType(random));
        }
        if (random.nextInt(20) == 0) {
            request = request.with(
                    HostileValues.pick(List.of("User-Agent", "X-Forwarded-For", "traceparent", "Cookie"), random),
                    HostileValues.header(random));
        }
        String type = operation.bodyType();
        if (type == null) {
            return request;
        }
        if (random.nextInt(40) == 0) {
            // Announced alone, since who is refused while it writes may miss the answer.
            return request.with("Content-Type", type).with("Content-Length", "1048577");
        }
        return request.body(random.nextInt(12) == 0 ? HostileValues.mediaType(random) : type, body(operation, random));
    }

    private String target(Operation operation, Random random) {
        String path = operation.path();
        while (path.contains("{")) {
            String id = random.nextInt(3) > 0 ? HostileValues.pick(known(path), random) : HostileValues.text(random);
            // An empty segment or one dot would be the path of another operation.
            path = path.replaceFirst("\\{[^}]*}", id.isBlank() ? "-" : encode(id));
        }
        List<String> query = new ArrayList<>();
        for (String name : operation.parameters("query")) {
            if (random.nextInt(3) == 0) {
                query.add(name + "=" + encode(value(name, random)));
            }
        }
        if (random.nextInt(12) == 0) {
            query.add(encode(HostileValues.text(random)) + "=" + encode(HostileValues.text(random)));
        }
        if (random.nextInt(12) == 0) {
            query.add(HostileValues.pick(List.of("after=%ff%fe", "=", "&", "limit[]=1", "q=%zz", "limit=%"), random));
        }
        if (!query.isEmpty() && random.nextInt(12) == 0) {
            query.add(query.getFirst());
        }
        String target = query.isEmpty() ? path : path + "?" + String.join("&", query);
        return target.length() > TARGET_LENGTH ? path : target;
    }

    private String value(String name, Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> HostileValues.text(random);
            case 1 ->
                switch (name) {
                    case "limit" -> Integer.toString(random.nextInt(-2, 110));
                    case "status" -> HostileValues.pick(List.of("trial", "active", "erased", "ACTIVE"), random);
                    default -> wanted(name, random);
                };
            default -> wanted(name, random);
        };
    }

    /** What such a parameter may well hold. */
    private String wanted(String name, Random random) {
        return switch (name) {
            case "from" -> HostileValues.pick(List.of("2026-11-01", "2026-11-01T00:00:00Z"), random);
            case "to" -> HostileValues.pick(List.of("2026-11-30", "2026-11-30T00:00:00Z"), random);
            case "limit" -> "7";
            case "key_id", "consumer_id" -> name.replace("_id", "_01h455vb4pex5vsknk084sn02q");
            default -> HostileValues.pick(searches, random);
        };
    }

    private static String header(String name, Random random) {
        if (random.nextInt(3) == 0) {
            return HostileValues.header(random);
        }
        // Few keys, so that some requests meet the key of an earlier one.
        return name.startsWith("If-") ? "*" : "\"fuzz-" + random.nextInt(300) + "\"";
    }

    private static String body(Operation operation, Random random) {
        if (random.nextInt(8) == 0) {
            return HostileValues.body(random);
        }
        ObjectNode body = operation.requestExample().deepCopy();
        int kind = random.nextInt(6);
        if (kind == 0) {
            return RawHttp.utf8(body.toString());
        }
        List<ObjectNode> objects = objects(body, new ArrayList<>());
        ObjectNode object = HostileValues.pick(objects, random);
        List<String> names = names(object);
        String name = names.isEmpty() ? "name" : HostileValues.pick(names, random);
        switch (kind) {
            case 1 -> object.remove(name);
            case 2 -> object.put(HostileValues.text(random), 1);
            case 3 -> object.put(name, HostileValues.plainText(random));
            default -> object.put(name, HOLE);
        }
        return RawHttp.utf8(body.toString()).replace("\"" + HOLE + "\"", HostileValues.json(random));
    }

    private static List<ObjectNode> objects(JsonNode node, List<ObjectNode> found) {
        if (node instanceof ObjectNode object) {
            found.add(object);
        }
        if (node instanceof ObjectNode || node instanceof ArrayNode) {
            node.forEach(child -> objects(child, found));
        }
        return found;
    }

    private static List<String> names(ObjectNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Each byte but letters and digits, so that what is meant as one segment or value stays one. */
    private static String encode(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '_';
            encoded.append(plain ? Character.toString(b) : String.format("%%%02X", b));
        }
        return encoded.toString();
    }
}
