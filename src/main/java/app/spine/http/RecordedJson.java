package app.spine.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import com.fasterxml.jackson.databind.type.MapType;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Renders what is kept: values of the audit trail, and answers for whoever repeats a request. Each member is written as its
 * declaration allows ({@link Sensitivity}); one that looks sensitive without a declaration is not written at all, but ends
 * the change that wanted to, as does a map or a tree, whose members nobody can declare.
 */
@Singleton
public class RecordedJson {

    static final String MASK = "[health]";

    private final ObjectMapper audit;
    private final ObjectMapper repeat;

    RecordedJson(ObjectMapper json, RedactionRules rules) {
        audit = mapper(json, new Redact(rules, true));
        repeat = mapper(json, new Redact(rules, false));
    }

    /** For a command, which runs without the program's own mapper. */
    public static RecordedJson standalone() {
        ObjectMapper json = new ObjectMapper().registerModule(new JavaTimeModule());
        new StrictJson().customize(json);
        return new RecordedJson(json, new RedactionRules());
    }

    private static ObjectMapper mapper(ObjectMapper json, BeanSerializerModifier redact) {
        ObjectMapper copy = json.copy();
        copy.setSerializerFactory(copy.getSerializerFactory().withSerializerModifier(redact));
        return copy;
    }

    /** For the audit trail: without secrets, and health masked. */
    public String forAudit(Object value) throws JsonProcessingException {
        return audit.writeValueAsString(value);
    }

    /** For a repeated request, which the same consumer sends: without secrets alone. */
    public String forRepeat(Object answer) throws JsonProcessingException {
        return repeat.writeValueAsString(answer);
    }

    private static final class Redact extends BeanSerializerModifier {

        private static final long serialVersionUID = 1;

        private final transient RedactionRules rules;
        private final boolean masksHealth;

        Redact(RedactionRules rules, boolean masksHealth) {
            this.rules = rules;
            this.masksHealth = masksHealth;
        }

        @Override
        public List<BeanPropertyWriter> changeProperties(
                SerializationConfig config, BeanDescription bean, List<BeanPropertyWriter> members) {
            String owner = bean.getBeanClass().getSimpleName();
            rules.requireDeclared(members.stream()
                    .map(member -> new RedactionRules.Field(owner, member.getName(), false))
                    .toList());
            return members.stream()
                    .filter(member -> sensitivity(owner, member) != Sensitivity.SECRET)
                    .map(member -> masksHealth && sensitivity(owner, member) == Sensitivity.HEALTH
                            ? new Masked(member)
                            : member)
                    .toList();
        }

        private Sensitivity sensitivity(String owner, BeanPropertyWriter member) {
            return rules.find(owner, member.getName()).orElse(Sensitivity.PUBLIC);
        }

        @Override
        public JsonSerializer<?> modifySerializer(
                SerializationConfig config, BeanDescription bean, JsonSerializer<?> serializer) {
            if (JsonNode.class.isAssignableFrom(bean.getBeanClass())) {
                throw undeclarable(bean.getBeanClass());
            }
            return serializer;
        }

        @Override
        public JsonSerializer<?> modifyMapSerializer(
                SerializationConfig config, MapType type, BeanDescription bean, JsonSerializer<?> serializer) {
            throw undeclarable(type.getRawClass());
        }

        private static IllegalStateException undeclarable(Class<?> type) {
            return new IllegalStateException(
                    "members of a " + type.getSimpleName() + " have no declaration, so it is not kept: use a record");
        }
    }

    private static final class Masked extends BeanPropertyWriter {

        private static final long serialVersionUID = 1;

        Masked(BeanPropertyWriter member) {
            super(member);
        }

        @Override
        public void serializeAsField(Object bean, JsonGenerator json, SerializerProvider provider) throws Exception {
            if (get(bean) == null) {
                json.writeNullField(getName());
            } else {
                json.writeStringField(getName(), MASK);
            }
        }
    }
}
