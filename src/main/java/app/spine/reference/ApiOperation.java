package app.spine.reference;

import java.util.List;
import java.util.Set;

/**
 * An operation of the API with a call of it that can be pasted.
 *
 * @param id its {@code operationId}
 * @param scopes all that it takes; none for an operation that any valid key may call
 * @param headers that it requires, beside the key
 * @param body an example; empty for none
 * @param bodyType the media type of the body; empty for none
 */
public record ApiOperation(
        String id,
        String method,
        String path,
        String summary,
        Set<String> scopes,
        List<String> headers,
        String body,
        String bodyType) {

    /** {@code GET /v1/members/{id}}. */
    public String call() {
        return method + " " + path;
    }

    /**
     * A line for a shell that has the key in {@code SPINE_KEY}. What a path names stands in a variable of its own.
     *
     * @param origin scheme, host and port of the API
     */
    public String curl(String origin) {
        StringBuilder line = new StringBuilder("curl");
        if (!method.equals("GET")) {
            line.append(" -X ").append(method);
        }
        line.append(" -H \"Authorization: Bearer $SPINE_KEY\"");
        for (String header : headers) {
            line.append(" \\\n  -H '").append(header).append('\'');
        }
        if (!body.isEmpty()) {
            line.append(" \\\n  -H 'Content-Type: ").append(bodyType).append('\'');
            line.append(" \\\n  -d '").append(body.replace("'", "'\\''")).append('\'');
        }
        return line.append(" \\\n  \"")
                .append(origin)
                .append(path.replaceAll("\\{([a-z_]+)}", "\\$$1"))
                .append('"')
                .toString();
    }
}
