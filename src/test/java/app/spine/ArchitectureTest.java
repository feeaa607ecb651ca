package app.spine;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import app.spine.consumers.Scope;
import app.spine.http.Governed;
import app.spine.portal.Allowed;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.quarkus.security.Authenticated;
import io.quarkus.security.PermissionsAllowed;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.persistence.Entity;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.HttpMethod;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The map of the packages and the habits of the code, so that neither wears off. */
class ArchitectureTest {

    private static final String ROOT = "app.spine";

    /** What a package may use beside itself. Whoever adds a package puts it here and into the map. */
    private static final Map<String, Set<String>> MAP = Map.ofEntries(
            Map.entry("", Set.of("embedded", "setup")),
            Map.entry("events", Set.of()),
            Map.entry("http", Set.of()),
            Map.entry("embedded", Set.of()),
            Map.entry("tenancy", Set.of("http")),
            Map.entry("consumers", Set.of("tenancy", "events", "http")),
            Map.entry("access", Set.of("consumers", "tenancy", "events", "http")),
            Map.entry("audit", Set.of("tenancy", "events", "http")),
            Map.entry("members", Set.of("tenancy", "events", "http")),
            Map.entry("requests", Set.of("tenancy", "events", "http")),
            Map.entry("health", Set.of("providers", "http", "tenancy")),
            Map.entry("reference", Set.of("http")),
            Map.entry("setup", Set.of("consumers", "audit", "events", "http")),
            Map.entry(
                    "portal",
                    Set.of(
                            "access",
                            "audit",
                            "consumers",
                            "members",
                            "requests",
                            "reference",
                            "tenancy",
                            "events",
                            "http")),
            Map.entry("demo", Set.of("setup", "members", "consumers", "audit", "tenancy", "events", "http")));

    /** Where SQL is written by hand, as the rest goes through Hibernate and cannot forget the tenant. */
    private static final Set<String> WRITE_SQL = Set.of(
            "access.IdempotencyStore",
            "access.MonthlyQuota",
            "access.ReplayIdempotent",
            "access.KeyNotes",
            "access.RequestLog",
            "access.ContractFeed",
            "access.RequestPartitions",
            "access.RequestSql",
            "access.RunInTransaction",
            "access.SweepIdempotencyKeys",
            "audit.AuditSearch",
            "audit.AuditSql",
            "audit.AuditTrail",
            "consumers.AcademyLimits",
            "consumers.AcademySettings",
            "consumers.ClientLookup",
            "consumers.ConsumerOverview",
            "consumers.CountUsage",
            "consumers.ExpireUsage",
            "consumers.KeyLookup",
            "consumers.KeyReminders",
            "consumers.Usage",
            "health.DatabaseProbe",
            "members.MemberDirectory",
            "portal.Academies",
            "portal.Partners",
            "portal.People",
            "portal.Sessions",
            "portal.SweepSessions",
            "requests.Callers",
            "requests.RequestSearch",
            "setup.AcademySql",
            "setup.CreateAcademy",
            "demo.DemoAcademies",
            "demo.DemoContracts",
            "demo.DemoSql",
            "tenancy.EndOverdueReads",
            "tenancy.CompiledMigrations",
            "tenancy.DatabaseRole",
            "tenancy.DemoTenants",
            "tenancy.FirstQuestions",
            "tenancy.RefuseUndeclaredColumns",
            "tenancy.RefuseUnsafeDatabase",
            "tenancy.RowLevelSecurity",
            "tenancy.SharedReads",
            "tenancy.TenantTransaction",
            // The administrator's script, before there is any tenant.
            "embedded.RolesScript");

    /** What a person sees who is not signed in. */
    private static final Set<String> PAGES_FOR_EVERYBODY = Set.of("SignInPages.signedOut", "SignInPages.switchPerson");

    private static final JavaClasses PROGRAM = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void everyPackageUsesOnlyWhatTheMapAllows() {
        assertThat(packages().map(ArchitectureTest::shortName).collect(Collectors.toSet()))
                .as("packages of the program, each of which stands in the map")
                .isEqualTo(MAP.keySet());
        MAP.forEach((name, allowed) -> {
            String[] forbidden = MAP.keySet().stream()
                    .filter(other -> !other.equals(name) && !allowed.contains(other))
                    .map(ArchitectureTest::longName)
                    .toArray(String[]::new);
            noClasses()
                    .that(resideInAPackage(longName(name)))
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(forbidden))
                    .allowEmptyShould(true)
                    .check(PROGRAM);
        });
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(PROGRAM);
    }

    @Test
    void everyPackageIsDescribedAndNullMarked() {
        assertThat(packages().filter(found -> !found.isAnnotatedWith(NullMarked.class)))
                .isEmpty();
    }

    @Test
    void entitiesDoNotLeaveTheirPackage() {
        classes()
                .that()
                .areAnnotatedWith(Entity.class)
                .should()
                .bePackagePrivate()
                .check(PROGRAM);
    }

    @Test
    void theClockIsInjectedAndNeverReadStatically() {
        noClasses()
                .that()
                .doNotHaveSimpleName("SystemClock")
                .should()
                .accessTargetWhere(READS_THE_TIME)
                .check(PROGRAM);
    }

    @Test
    void sqlIsWrittenByHandOnlyInTheNamedPlaces() {
        Set<String> found = PROGRAM.stream()
                .filter(type -> type.getAccessesFromSelf().stream().anyMatch(ArchitectureTest::talksSql))
                .map(type -> outermost(type).getName().substring(ROOT.length() + 1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(found).isEqualTo(new TreeSet<>(WRITE_SQL));
    }

    @Test
    void namesSayWhatATypeIs() {
        noClasses()
                .should()
                .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Dto|Common)")
                .check(PROGRAM);
    }

    @Test
    void transactionsBeginInOnePlaceOnly() {
        noClasses().should().beAnnotatedWith(Transactional.class).check(PROGRAM);
        methods().should().notBeAnnotatedWith(Transactional.class).check(PROGRAM);
    }

    @Test
    void everyOperationDeclaresWhatItIsCostsAndTakes() {
        methods()
                .that(IS_AN_OPERATION)
                .should()
                .beAnnotatedWith(Governed.class)
                .andShould(haveAnOperationId())
                .andShould(runOnAVirtualThread())
                .andShould(takeAKey())
                .check(PROGRAM);
    }

    @Test
    void everyPageSaysWhoMayUseItOrIsOneOfThoseForEverybody() {
        Set<String> forEverybody = PROGRAM.stream()
                .flatMap(type -> type.getMethods().stream())
                .filter(IS_A_PAGE)
                .filter(page ->
                        !page.isAnnotatedWith(Allowed.class) && !page.getOwner().isAnnotatedWith(Allowed.class))
                .map(page -> page.getOwner().getSimpleName() + "." + page.getName())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(forEverybody).isEqualTo(new TreeSet<>(PAGES_FOR_EVERYBODY));
        methods()
                .that(IS_A_PAGE)
                .should(runOnAVirtualThread())
                .allowEmptyShould(true)
                .check(PROGRAM);
    }

    @Test
    void everyScopeAnOperationTakesIsOneOfTheList() {
        List<String> scopes = operations()
                .filter(operation -> operation.isAnnotatedWith(PermissionsAllowed.class))
                .flatMap(operation -> Stream.of(
                        operation.getAnnotationOfType(PermissionsAllowed.class).value()))
                .toList();
        assertThat(scopes).isNotEmpty().allMatch(scope -> Scope.parse(scope).isPresent());
    }

    private static final DescribedPredicate<JavaMethod> IS_AN_OPERATION = DescribedPredicate.describe(
            "answer an HTTP method",
            method -> answersHttp(method) && !method.getOwner().getPackageName().equals(ROOT + ".portal"));

    private static final DescribedPredicate<JavaMethod> IS_A_PAGE = DescribedPredicate.describe(
            "answer a page of the portal",
            method -> answersHttp(method) && method.getOwner().getPackageName().equals(ROOT + ".portal"));

    private static boolean answersHttp(JavaMethod method) {
        return method.getAnnotations().stream()
                .anyMatch(annotation -> annotation.getRawType().isAnnotatedWith(HttpMethod.class));
    }

    // System.nanoTime measures and knows no date; a Clock is asked, never made.
    private static final DescribedPredicate<JavaAccess<?>> READS_THE_TIME =
            DescribedPredicate.describe("reads the time of the machine", access -> {
                JavaClass owner = access.getTargetOwner();
                String name = access.getTarget().getName();
                return (owner.getPackageName().equals("java.time") && name.equals("now") && !asksAClock(access))
                        || (owner.isEquivalentTo(Clock.class) && (name.startsWith("system") || name.startsWith("tick")))
                        || (owner.isEquivalentTo(System.class) && name.equals("currentTimeMillis"))
                        || (owner.getName().equals("java.util.Date") && name.equals("<init>"));
            });

    private static boolean asksAClock(JavaAccess<?> access) {
        return access.getTarget() instanceof CodeUnitAccessTarget called
                && called.getRawParameterTypes().stream().anyMatch(type -> type.isEquivalentTo(Clock.class));
    }

    private static boolean talksSql(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getTarget().getName();
        return Set.of(
                                "java.sql.Connection",
                                "java.sql.Statement",
                                "java.sql.PreparedStatement",
                                "java.sql.DriverManager")
                        .contains(owner)
                || name.equals("createNativeQuery")
                || (name.equals("getConnection") && owner.endsWith("DataSource"));
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }

    private static Stream<JavaMethod> operations() {
        return PROGRAM.stream().flatMap(type -> type.getMethods().stream()).filter(IS_AN_OPERATION);
    }

    private static ArchCondition<JavaMethod> haveAnOperationId() {
        return condition(
                "declare an operationId",
                method -> method.isAnnotatedWith(Operation.class)
                        && !method.getAnnotationOfType(Operation.class)
                                .operationId()
                                .isEmpty());
    }

    private static ArchCondition<JavaMethod> runOnAVirtualThread() {
        return condition(
                "run on a virtual thread", method -> method.getOwner().isAnnotatedWith(RunOnVirtualThread.class));
    }

    private static ArchCondition<JavaMethod> takeAKey() {
        return condition(
                "take a scope or at least a key",
                method -> method.isAnnotatedWith(PermissionsAllowed.class)
                        || method.isAnnotatedWith(Authenticated.class));
    }

    private static ArchCondition<JavaMethod> condition(
            String description, java.util.function.Predicate<JavaMethod> holds) {
        return new ArchCondition<>(description) {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                String message = method.getFullName() + " does not " + description;
                events.add(new SimpleConditionEvent(method, holds.test(method), message));
            }
        };
    }

    private static Stream<JavaPackage> packages() {
        JavaPackage root = PROGRAM.getPackage(ROOT);
        return Stream.concat(Stream.of(root), root.getSubpackagesInTree().stream())
                .filter(found -> !found.getClasses().isEmpty());
    }

    private static String shortName(JavaPackage found) {
        return found.getName().equals(ROOT) ? "" : found.getName().substring(ROOT.length() + 1);
    }

    private static String longName(String name) {
        return name.isEmpty() ? ROOT : ROOT + "." + name;
    }
}
