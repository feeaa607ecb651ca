package app.spine;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * Every setting of the program's own, read from its source with the comments: methods of {@code @ConfigMapping} types,
 * constants that name a setting, and what {@code application.properties} sets.
 */
final class ConfigurationTable {

    private static final Path SOURCES = Path.of("src/main/java");
    private static final Path PROPERTIES = Path.of("src/main/resources/application.properties");
    private static final Pattern SETTING = Pattern.compile("spine(\\.[a-z]+(-[a-z]+)*)+");

    /** One setting: its property, what is in force without it, what it takes, and what it means. */
    record Setting(String property, String byDefault, String takes, String meaning) {

        String variable() {
            return property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
        }

        String row() {
            return "| `%s` | %s | %s | %s |"
                    .formatted(
                            variable(),
                            byDefault.isEmpty() ? "–" : "`" + byDefault + "`",
                            takes,
                            meaning.replace("|", "\\|"));
        }
    }

    private ConfigurationTable() {}

    static List<Setting> read() throws IOException {
        List<Setting> settings = new ArrayList<>(ofTheSources());
        settings.addAll(ofTheProperties());
        Map<String, Setting> byProperty = new TreeMap<>();
        settings.forEach(setting -> byProperty.merge(setting.property(), setting, ConfigurationTable::sameSetting));
        return List.copyOf(byProperty.values());
    }

    /**
     * Two features may read one setting, in their own words, and application.properties may give it its default; it is
     * shown in the first's words.
     */
    private static Setting sameSetting(Setting one, Setting other) {
        if (one.byDefault().isEmpty()) {
            return new Setting(one.property(), other.byDefault(), one.takes(), one.meaning());
        }
        if (!other.byDefault().isEmpty() && !one.byDefault().equals(other.byDefault())) {
            throw new AssertionError(one + " and " + other + " contradict each other");
        }
        return one;
    }

    static String render(List<Setting> settings) {
        return settings.stream()
                .map(Setting::row)
                .collect(Collectors.joining(
                        "\n", "| Variable | Default | Takes | Meaning |\n|---|---|---|---|\n", "\n"));
    }

    private static List<Setting> ofTheSources() throws IOException {
        List<Path> files;
        try (var all = Files.walk(SOURCES)) {
            files = all.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask)
                    compiler.getTask(null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(files));
            List<Setting> found = new ArrayList<>();
            DocTrees documents = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                new Reader(documents, found).scan(unit, null);
            }
            return found;
        }
    }

    /** Settings that only this file knows, each below its comment. */
    private static List<Setting> ofTheProperties() throws IOException {
        List<Setting> found = new ArrayList<>();
        StringBuilder comment = new StringBuilder();
        for (String line : Files.readAllLines(PROPERTIES)) {
            if (line.startsWith("# ") && !line.startsWith("# ---")) {
                comment.append(comment.isEmpty() ? "" : " ")
                        .append(line.substring(2).strip());
                continue;
            }
            if (line.startsWith("spine.")) {
                Properties one = new Properties();
                one.load(new StringReader(line));
                one.forEach((name, value) ->
                        found.add(new Setting(name.toString(), value.toString(), "text", comment.toString())));
            }
            comment.setLength(0);
        }
        return found;
    }

    private static final class Reader extends TreePathScanner<@Nullable Void, @Nullable Void> {

        private final DocTrees documents;
        private final List<Setting> found;

        Reader(DocTrees documents, List<Setting> found) {
            this.documents = documents;
            this.found = found;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
            if (getCurrentPath().getParentPath().getLeaf() instanceof ClassTree type) {
                argument(type.getModifiers(), "ConfigMapping", "prefix")
                        .filter(prefix -> prefix.startsWith("spine"))
                        .ifPresent(prefix -> found.add(new Setting(
                                property(prefix, method),
                                argument(method.getModifiers(), "WithDefault", "value")
                                        .orElse(""),
                                takes(String.valueOf(method.getReturnType()), type),
                                meaning())));
            }
            return super.visitMethod(method, null);
        }

        @Override
        public @Nullable Void visitVariable(VariableTree variable, @Nullable Void nothing) {
            if (variable.getInitializer() instanceof LiteralTree literal
                    && literal.getValue() instanceof String text
                    && SETTING.matcher(text).matches()
                    && documents.getDocComment(getCurrentPath()) != null) {
                found.add(new Setting(text, "", "text", meaning()));
            }
            return super.visitVariable(variable, null);
        }

        private static String property(String prefix, MethodTree method) {
            if (annotation(method.getModifiers(), "WithParentName").isPresent()) {
                return prefix;
            }
            return prefix + "."
                    + argument(method.getModifiers(), "WithName", "value")
                            .orElseGet(() -> method.getName()
                                    .toString()
                                    .replaceAll("([A-Z])", "-$1")
                                    .toLowerCase(Locale.ROOT));
        }

        private static String takes(String type, ClassTree within) {
            return switch (type.replaceAll("^Optional<(.*)>$", "$1")) {
                case "int", "long" -> "number";
                case "boolean", "Boolean" -> "`true` or `false`";
                case "Duration" -> "duration, such as `PT5S`";
                case "Path" -> "path";
                case "String" -> "text";
                case "List<String>" -> "texts, comma-separated";
                case "URI" -> "URL";
                default -> constants(type, within);
            };
        }

        /** Those of an enum inside of the configuration's own type, as configuration spells them. */
        private static String constants(String type, ClassTree within) {
            String constants = within.getMembers().stream()
                    .filter(member -> member.getKind() == Tree.Kind.ENUM)
                    .map(ClassTree.class::cast)
                    .filter(member -> member.getSimpleName().contentEquals(type))
                    .flatMap(member -> member.getMembers().stream())
                    .filter(VariableTree.class::isInstance)
                    .map(constant -> "`"
                            + ((VariableTree) constant)
                                    .getName()
                                    .toString()
                                    .toLowerCase(Locale.ROOT)
                                    .replace('_', '-')
                            + "`")
                    .collect(Collectors.joining(", "));
            if (constants.isEmpty()) {
                throw new AssertionError("ConfigurationTable has no words for the type " + type);
            }
            return constants;
        }

        /** The comment as one line of Markdown. */
        private String meaning() {
            String comment = Objects.requireNonNullElse(documents.getDocComment(getCurrentPath()), "");
            return comment.replaceAll("(?s)\\s@(param|return|throws).*", "")
                    .replaceAll("\\{@(?:code|link|literal)\\s+([^}]*)}", "`$1`")
                    .replaceAll("<[^>]*>", "")
                    .replaceAll("\\s+", " ")
                    .strip();
        }

        private static Optional<String> argument(ModifiersTree modifiers, String annotation, String name) {
            return annotation(modifiers, annotation)
                    .flatMap(found -> found.getArguments().stream()
                            .flatMap(argument -> literal(argument, name).stream())
                            .findFirst());
        }

        private static Optional<? extends AnnotationTree> annotation(ModifiersTree modifiers, String name) {
            return modifiers.getAnnotations().stream()
                    .filter(annotation ->
                            annotation.getAnnotationType().toString().equals(name))
                    .findFirst();
        }

        private static Optional<String> literal(ExpressionTree argument, String name) {
            ExpressionTree value = argument;
            if (argument instanceof AssignmentTree assignment) {
                if (!assignment.getVariable().toString().equals(name)) {
                    return Optional.empty();
                }
                value = assignment.getExpression();
            }
            return value instanceof LiteralTree literal
                    ? Optional.of(String.valueOf(literal.getValue()))
                    : Optional.empty();
        }
    }
}
