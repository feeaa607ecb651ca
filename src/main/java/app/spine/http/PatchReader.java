package app.spine.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Validator;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Applies a merge patch to what a caller may change of a record: one set of rules for a patched record and a new one. */
@ApplicationScoped
public class PatchReader {

    private final ObjectMapper json;
    private final Validator validator;

    PatchReader(ObjectMapper json, Validator validator) {
        this.json = json;
        this.validator = validator;
    }

    /**
     * The record with the patch applied.
     *
     * @throws Problem 400 for a patch that is no object or names what the record does not have
     * @throws JsonProcessingException for a value of the wrong type
     * @throws ConstraintViolationException when the result breaks a rule, whichever member broke it
     */
    public <T extends Record> T apply(T current, JsonNode patch, Class<T> type) throws JsonProcessingException {
        if (!(patch instanceof ObjectNode changes)) {
            throw new Problem(
                    HttpProblem.WRONG_TYPE, Reason.at(HttpProblem.WRONG_TYPE, "", "A merge patch is a JSON object."));
        }
        ObjectNode record = json.valueToTree(current);
        refuseUnknownMembers(record, changes);
        T patched = json.treeToValue(MergePatch.apply(record, changes), type);
        Set<ConstraintViolation<T>> violations = validator.validate(patched);
        if (!violations.isEmpty()) {
            throw new ConstraintViolationException(violations);
        }
        return patched;
    }

    /** Before the patch is applied, since a null would remove an unknown member without a trace. */
    private static void refuseUnknownMembers(ObjectNode record, ObjectNode patch) {
        List<Reason> reasons = new ArrayList<>();
        collectUnknown("", record, patch, reasons);
        if (!reasons.isEmpty()) {
            List<String> known = new ArrayList<>();
            record.fieldNames().forEachRemaining(known::add);
            throw new Problem(
                    HttpProblem.UNKNOWN_MEMBER,
                    "Members that can be changed are " + String.join(", ", known) + ".",
                    reasons);
        }
    }

    private static void collectUnknown(String place, ObjectNode record, ObjectNode patch, List<Reason> reasons) {
        patch.properties().forEach(change -> {
            String name = change.getKey();
            String pointer =
                    place + "/" + Redaction.clean(name, 100).replace("~", "~0").replace("/", "~1");
            if (!record.has(name)) {
                reasons.add(Reason.at(HttpProblem.UNKNOWN_MEMBER, pointer, "There is no such member here."));
            } else if (record.get(name) instanceof ObjectNode within
                    && change.getValue() instanceof ObjectNode changes) {
                collectUnknown(pointer, within, changes, reasons);
            }
        });
    }
}
