package app.spine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the images and the compose file promise to whoever runs them, read from them, since no Docker is at hand. */
class DeployTest {

    private static final Path DOCKER = Path.of("src/main/docker");
    private static final Path COMPOSE = Path.of("deploy/compose.yaml");

    /** What Coolify lets through in a health check of the type CMD. */
    private static final Pattern COOLIFY_COMMAND = Pattern.compile("[A-Za-z0-9 \\-_./:=@,+]+");

    private static final ObjectMapper JSON = new ObjectMapper();

    /** One line of a Dockerfile with its continuations: FROM, COPY and so on, and what stands behind. */
    private record Instruction(String name, String value) {}

    static List<Path> dockerfiles() throws IOException {
        try (var files = Files.list(DOCKER)) {
            return files.sorted().toList();
        }
    }

    @Test
    void thereIsAnImageOfTheJvmAndTwoOfTheNativeProgram() throws IOException {
        assertThat(dockerfiles().stream().map(file -> file.getFileName().toString()))
                .containsExactly("Dockerfile.jvm", "Dockerfile.native", "Dockerfile.native-micro");
    }

    @ParameterizedTest
    @MethodSource("dockerfiles")
    void runsAsAUserWithANumberThatIsNotRoot(Path file) throws IOException {
        List<Instruction> instructions = read(file);
        assertThat(values(instructions, "USER")).containsExactly("10001:10001");
        int user = instructions.indexOf(new Instruction("USER", "10001:10001"));
        assertThat(instructions.subList(user, instructions.size()))
                .as("nothing is installed or copied as another user afterwards")
                .noneMatch(instruction -> List.of("RUN", "COPY", "ADD").contains(instruction.name()));
    }

    @ParameterizedTest
    @MethodSource("dockerfiles")
    void asksForItsHealthByTheProgramItselfWithoutAShell(Path file) throws IOException {
        List<Instruction> instructions = read(file);
        List<String> start = command(value(instructions, "ENTRYPOINT"));
        String healthcheck = value(instructions, "HEALTHCHECK");
        assertThat(healthcheck).matches("(--[a-z-]+=\\S+ )+CMD \\[.*]");
        List<String> command = command(healthcheck.substring(healthcheck.indexOf("CMD ") + 4));
        assertThat(command.getFirst()).isEqualTo(start.getFirst());
        assertThat(command.getLast()).isEqualTo("healthcheck");
        assertThat(command.get(command.size() - 2)).isEqualTo(start.getLast());
        assertThat(String.join(" ", command)).matches(COOLIFY_COMMAND);
    }

    @ParameterizedTest
    @MethodSource("dockerfiles")
    void isProductionAndHoldsNoSecret(Path file) throws IOException {
        List<Instruction> instructions = read(file);
        assertThat(values(instructions, "ENV")).contains("SPINE_PROFILE=production");
        assertThat(instructions)
                .filteredOn(instruction -> List.of("ENV", "ARG").contains(instruction.name()))
                .noneMatch(instruction -> instruction.value().matches("(?i).*(password|secret|pepper|key).*"));
    }

    @ParameterizedTest
    @MethodSource("dockerfiles")
    void buildsOnANamedVersionAndTakesOnlyWhatTheBuildMade(Path file) throws IOException {
        List<Instruction> instructions = read(file);
        assertThat(value(instructions, "FROM")).matches("[a-z0-9./-]+:\\d[A-Za-z0-9.-]*");
        assertThat(values(instructions, "ADD")).isEmpty();
        assertThat(values(instructions, "VOLUME")).as("it writes nothing").isEmpty();
        assertThat(values(instructions, "COPY"))
                .isNotEmpty()
                .allMatch(value -> value.matches("(--\\S+ )*target/(quarkus-app/|\\*-runner )\\S*.*"));
    }

    @ParameterizedTest
    @MethodSource("dockerfiles")
    void whateverIsCopiedReachesWhoeverBuilds(Path file) throws IOException {
        List<String> sources = values(read(file), "COPY").stream()
                .map(value -> value.replaceAll("--\\S+ ", ""))
                .map(value -> value.substring(0, value.lastIndexOf(' ')))
                .toList();
        assertThat(sources).isNotEmpty();
        for (String source : sources) {
            String copied = source.replace("*", "operating-spine-1.0.0");
            assertThat(isIgnored(copied.endsWith("/") ? copied + "some/file.jar" : copied))
                    .as(source)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".env",
                ".git/config",
                ".spine/secrets.properties",
                ".spine/demo-keys.env",
                "config/application.properties",
                "deploy/.env",
                "peppers",
                "pom.xml",
                "src/main/docker/Dockerfile.jvm",
                "src/main/resources/db/roles.sql",
                "target/.spine/secrets.properties",
                "target/classes/application.properties",
                "target/quarkus-app/.spine/secrets.properties",
                "target/quarkus-app/config/application.properties",
                "target/native-image-source/operating-spine-1.0.0-runner",
                "target/surefire-reports/output.txt"
            })
    void nothingElseDoes(String path) throws IOException {
        assertThat(isIgnored(path)).isTrue();
    }

    /** As Docker reads {@code .dockerignore}: the last line that matches the path or a folder above it decides. */
    private static boolean isIgnored(String path) throws IOException {
        boolean ignored = false;
        for (String line : Files.readAllLines(Path.of(".dockerignore"))) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String pattern = line.startsWith("!") ? line.substring(1) : line;
            assertThat(pattern)
                    .as("what this test understands")
                    .matches("[A-Za-z0-9./*-]+")
                    .doesNotContain("**");
            String regex = pattern.replace(".", "\\.").replace("*", "[^/]*") + "(/.*)?";
            if (path.matches(regex)) {
                ignored = !line.startsWith("!");
            }
        }
        return ignored;
    }

    @Test
    void theComposeFileLocksTheProgramIn() throws IOException {
        JsonNode spine = compose().at("/services/spine");
        assertThat(spine.at("/read_only").asBoolean()).isTrue();
        assertThat(spine.at("/cap_drop/0").asText()).isEqualTo("ALL");
        assertThat(spine.at("/security_opt/0").asText()).isEqualTo("no-new-privileges:true");
        assertThat(spine.has("privileged")).isFalse();
        assertThat(spine.at("/stop_grace_period").asText()).isEqualTo("15s");
        assertThat(spine.at("/ports/0").asText()).startsWith("${SPINE_LISTEN:-127.0.0.1:");
        assertThat(compose().at("/services/postgres").has("ports"))
                .as("nobody outside reaches the database")
                .isFalse();
        assertThat(compose().at("/networks/database/internal").asBoolean()).isTrue();
    }

    @Test
    void valkeyStartsOnlyWhereItIsAskedForAndIsLockedInAsWell() throws IOException {
        JsonNode valkey = compose().at("/services/valkey");
        assertThat(valkey.at("/profiles/0").asText()).isEqualTo("valkey");
        assertThat(compose().at("/services/spine/depends_on").has("valkey"))
                .as("the program does not wait for it")
                .isFalse();
        assertThat(compose()
                        .at("/services/spine/environment/SPINE_LIMITS_STORE")
                        .asText())
                .isEqualTo("${SPINE_LIMITS_STORE:-memory}");
        assertThat(valkey.has("ports")).isFalse();
        assertThat(valkey.at("/networks")).hasSize(1);
        assertThat(compose().at("/networks/limits/internal").asBoolean()).isTrue();
        assertThat(valkey.at("/read_only").asBoolean()).isTrue();
        assertThat(valkey.at("/user").asText()).isEqualTo("10001:10001");
        assertThat(valkey.at("/cap_drop/0").asText()).isEqualTo("ALL");
        assertThat(valkey.at("/security_opt/0").asText()).isEqualTo("no-new-privileges:true");
    }

    @Test
    void theComposeFileHoldsNoSecretAndTakesEachByVariableOrFile() throws IOException {
        List<String> secrets = new ArrayList<>();
        for (JsonNode service : compose().at("/services")) {
            for (Map.Entry<String, JsonNode> variable :
                    service.at("/environment").properties()) {
                if (variable.getKey().matches(".*(PASSWORD|PEPPERS)(_FILE)?")) {
                    assertThat(variable.getValue().asText()).matches("\\$\\{[A-Z_]+:-}");
                    secrets.add(variable.getKey());
                }
            }
        }
        assertThat(secrets)
                .contains("QUARKUS_DATASOURCE_PASSWORD", "QUARKUS_FLYWAY_PASSWORD", "SPINE_PEPPERS")
                .filteredOn(name -> !name.endsWith("_FILE"))
                .allMatch(name -> secrets.contains(name + "_FILE"));
    }

    @Test
    void theComposeFileMountsOnlyWhatIsThere() throws IOException {
        List<String> files = StreamSupport.stream(compose().at("/services").spliterator(), false)
                .flatMap(service -> StreamSupport.stream(service.at("/volumes").spliterator(), false))
                .map(JsonNode::asText)
                .filter(volume -> volume.startsWith("."))
                .map(volume -> volume.substring(0, volume.indexOf(':')))
                .toList();
        assertThat(files).isNotEmpty().allMatch(file -> Files.exists(COMPOSE.resolveSibling(file)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fifteenletters!", "aaaaaaaaaaaaaaaaaaaaaaaa", "123412341234123412341234"})
    void theScriptOfTheRolesTakesNoPasswordThatCouldBeGuessed(String password) throws Exception {
        ProcessBuilder script = new ProcessBuilder("deploy/roles.sh").redirectErrorStream(true);
        script.environment().put("OWNER_PASSWORD", password);
        Process ended = script.start();
        String output = new String(ended.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(ended.waitFor()).isEqualTo(1);
        assertThat(output).startsWith("roles.sh: OWNER_PASSWORD").contains("openssl rand -hex 24");
        assertThat(password.isEmpty() || !output.contains(password)).isTrue();
    }

    private static JsonNode compose() throws IOException {
        return new ObjectMapper(new YAMLFactory()).readTree(COMPOSE.toFile());
    }

    private static List<Instruction> read(Path file) throws IOException {
        String text = Files.readString(file).replaceAll("(?m)^#.*\n", "").replaceAll("\\\\\n\\s*", "");
        return text.lines()
                .filter(line -> !line.isBlank())
                .map(line -> new Instruction(
                        line.substring(0, line.indexOf(' ')),
                        line.substring(line.indexOf(' ') + 1).strip()))
                .toList();
    }

    private static List<String> values(List<Instruction> instructions, String name) {
        return instructions.stream()
                .filter(instruction -> instruction.name().equals(name))
                .map(Instruction::value)
                .toList();
    }

    private static String value(List<Instruction> instructions, String name) {
        List<String> values = values(instructions, name);
        assertThat(values).as(name).hasSize(1);
        return values.getFirst();
    }

    private static List<String> command(String exec) throws JsonProcessingException {
        return Objects.requireNonNull(JSON.readValue(exec, new TypeReference<List<String>>() {}));
    }
}
