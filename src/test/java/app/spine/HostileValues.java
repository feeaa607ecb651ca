package app.spine;

import java.util.List;
import java.util.Random;

/** Values that programs stumble over, by where they stand. */
final class HostileValues {

    /** No such key exists; its form and checksum are those of one. */
    static final String KEY_TEXT = "spine_live_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "\0",
            "a\0b",
            "null",
            "true",
            "-1",
            "0",
            "101",
            "99999999999999999999",
            "1e999",
            "NaN",
            "' or 1=1 --",
            "'); drop table members; --",
            "%",
            "%_%",
            "..",
            "../../etc/passwd",
            "..%2f..",
            "%00",
            "<script>alert(1)</script>",
            "${jndi:ldap://localhost/a}",
            "{{7*7}}",
            "\u202eevil",
            "e\u0301\u0327".repeat(50),
            "\ud83d\ude00",
            "\uffff\ufffe",
            "\u0000\u0001\u001f\u007f",
            "a\r\nSet-Cookie: b=c",
            "member_01h455vb4pex5vsknk084sn02q",
            "member_7zzzzzzzzzzzzzzzzzzzzzzzzz",
            "member_8zzzzzzzzzzzzzzzzzzzzzzzzz",
            "MEMBER_01H455VB4PEX5VSKNK084SN02Q",
            "00000000-0000-0000-0000-000000000000",
            "0000-00-00",
            "2027-02-30",
            "+999999999-12-31",
            "9999-12-31T23:59:60Z",
            "a".repeat(600),
            KEY_TEXT);

    private static final List<String> JSON = List.of(
            "null",
            "true",
            "0",
            "-0",
            "-1",
            "1e999",
            "-1e400",
            "1e-400",
            "9223372036854775808",
            "123456789012345678901234567890123456789012345678901234567890",
            "0.1",
            "01",
            "NaN",
            "Infinity",
            "\"\"",
            "\" \"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"",
            "\"\\ud83d\"",
            "\"\\x\"",
            "\"unclosed",
            "'single'",
            "[]",
            "{}",
            "[[]]",
            "[null]",
            "[1,\"a\",{}]",
            "{\"\":\"\"}",
            "{\"__proto__\":{\"a\":1}}",
            "{\"@class\":\"java.lang.Runtime\"}",
            "\"9999999999-12-31\"",
            "\"-0001-01-01\"",
            "\"2027-02-30\"",
            "\"1990-05-31T00:00:00Z\"",
            "\"+1000000000-12-31T23:59:59.999999999Z\"",
            "\"294277-01-01T00:00:00Z\"",
            "/* comment */ 1",
            "1,",
            "null, \"legal_name\": \"Twice\"",
            "null, \"limits\": {}, \"limits\": null",
            "null, \"unknown\": 1",
            "null, \"" + KEY_TEXT + "\": 1",
            "[".repeat(30) + "]".repeat(30),
            "[".repeat(5_000) + "]".repeat(5_000),
            "{\"a\":".repeat(2_000) + "1" + "}".repeat(2_000),
            "\"" + "x".repeat(100_000) + "\"",
            "9".repeat(20_000),
            "[" + "{},".repeat(5_000) + "{}]",
            "\"\u00ff\u00fe\"");

    private static final List<String> BODIES = List.of(
            "",
            " ",
            "null",
            "[]",
            "\"text\"",
            "1",
            "{",
            "{}",
            "{}{}",
            "{} trailing",
            "[{}]",
            "\u00ef\u00bb\u00bf{}",
            "\u00fe\u00ff\0{\0}",
            "\0",
            "{\"\0\":1}",
            "{\"a\":1,\"a\":2}",
            "<xml/>",
            "a=b&c=d",
            "[".repeat(100_000),
            "{\"a\":".repeat(100_000));

    private static final List<String> HEADERS = List.of(
            "",
            "*",
            "\"",
            "\"\"",
            "\"0\"",
            "\"0-c\"",
            "W/\"0-c\"",
            "\"a\", \"b\", ,",
            "\"unclosed",
            "\\",
            "\t",
            "\u00e9\u00ff\u0080",
            "null",
            "' or 1=1 --",
            "\"key\";q=1",
            "a,b",
            "\"\\\"\"",
            "x".repeat(256),
            "x".repeat(3_000),
            KEY_TEXT);

    private static final List<String> MEDIA_TYPES = List.of(
            "",
            "text/plain",
            "application/xml",
            "application/json",
            "application/merge-patch+json",
            "application/json; charset=utf-16",
            "application/json; charset=nonsense",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "multipart/form-data; boundary=a",
            "*/*",
            "a/b/c",
            "/",
            "application/json, text/plain",
            "application/json;",
            "application/json; q=x");

    private HostileValues() {}

    /** For paths, queries and texts, before they are encoded. */
    static String text(Random random) {
        return pick(TEXTS, random);
    }

    /** The same without the text of a key: an operation may rightly store and show it. */
    static String plainText(Random random) {
        return text(random).replace(KEY_TEXT, "no key");
    }

    /** In place of a JSON value; some of them break out of it. */
    static String json(Random random) {
        return pick(JSON, random);
    }

    /** In place of a whole body. */
    static String body(Random random) {
        return pick(BODIES, random);
    }

    static String header(Random random) {
        return pick(HEADERS, random);
    }

    static String mediaType(Random random) {
        return pick(MEDIA_TYPES, random);
    }

    static <T> T pick(List<T> values, Random random) {
        return values.get(random.nextInt(values.size()));
    }
}
