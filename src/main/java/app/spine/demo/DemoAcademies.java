package app.spine.demo;

import app.spine.consumers.Environment;
import app.spine.consumers.KeyText;
import app.spine.consumers.OidcConfig;
import app.spine.consumers.Peppers;
import app.spine.events.Actor;
import app.spine.http.RecordedJson;
import app.spine.setup.AcademySql;
import app.spine.tenancy.DemoTenants;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes the demo academies at the first start, and finds them at every other. */
@ApplicationScoped
class DemoAcademies {

    private final DemoConfig config;
    private final DemoKeys keys;
    private final Peppers peppers;
    private final RecordedJson json;
    private final OidcConfig oidc;
    private final Clock clock;
    private final String url;
    private final Optional<String> ownerName;
    private final Optional<String> ownerPassword;
    private final boolean embedded;
    private final boolean production;

    DemoAcademies(
            DemoConfig config,
            DemoKeys keys,
            Peppers peppers,
            RecordedJson json,
            OidcConfig oidc,
            Clock clock,
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") String url,
            @ConfigProperty(name = "quarkus.flyway.username") Optional<String> ownerName,
            @ConfigProperty(name = "quarkus.flyway.password") Optional<String> ownerPassword,
            @ConfigProperty(name = "spine.embedded", defaultValue = "false") boolean embedded,
            @ConfigProperty(name = "spine.profile") Optional<String> profile) {
        this.config = config;
        this.keys = keys;
        this.peppers = peppers;
        this.json = json;
        this.oidc = oidc;
        this.clock = clock;
        this.url = url;
        this.ownerName = ownerName;
        this.ownerPassword = ownerPassword;
        this.embedded = embedded;
        this.production = profile.filter("production"::equals).isPresent();
    }

    /** Whether there are demo academies here. */
    boolean wanted() {
        return config.wanted().orElse(embedded);
    }

    void start(@Observes StartupEvent event) throws SQLException, IOException {
        if (!wanted()) {
            return;
        }
        if (production) {
            throw new ConfigurationException("""
                    Operating Spine does not start: SPINE_DEMO=true would put demo academies, with keys that may do \
                    everything, on the database of SPINE_PROFILE=production. Unset SPINE_DEMO.""");
        }
        try (Connection owner =
                DriverManager.getConnection(url, ownerName.orElseThrow(), ownerPassword.orElseThrow())) {
            owner.setAutoCommit(false);
            AcademySql academies = new AcademySql(owner, clock, json, Actor.system(DemoTenants.MAKER));
            DemoSql people = new DemoSql(owner, clock);
            people.lock();
            Optional<UUID> harbour = academies.findTenant(DemoTenants.HARBOUR);
            Optional<UUID> lakeside = academies.findTenant(DemoTenants.LAKESIDE);
            if (harbour.isEmpty() || lakeside.isEmpty()) {
                refuseAcademiesOfOthers(academies);
                make(academies, people, new DemoContracts(owner, clock, academies, peppers, oidc.issuer()));
            } else if (!keys.exist()) {
                issueKeys(academies, harbour.get(), lakeside.get());
            }
            owner.commit();
        }
    }

    /** Whoever has academies of their own did not mean this database. */
    private void refuseAcademiesOfOthers(AcademySql academies) throws SQLException {
        if (!embedded && academies.exist()) {
            throw new ConfigurationException("""
                    Operating Spine does not start: SPINE_DEMO=true would put demo academies beside the ones that this \
                    database holds. Unset SPINE_DEMO, or set QUARKUS_DATASOURCE_JDBC_URL to an empty database.""");
        }
    }

    private void make(AcademySql academies, DemoSql people, DemoContracts contracts) throws SQLException, IOException {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        UUID harbour = academies.academy(DemoTenants.HARBOUR, "Harbour Martial Arts", "Australia/Sydney");
        UUID lakeside = academies.academy(DemoTenants.LAKESIDE, "Lakeside Jiu-Jitsu", "Australia/Perth");
        people.people(harbour, DemoPeople.harbour(today, clock), academies);
        people.people(lakeside, DemoPeople.lakeside(today, clock), academies);
        for (DemoConsumer demo : DemoConsumer.values()) {
            academies.consumer(demo.ofSecondAcademy() ? lakeside : harbour, demo.firstConsumer());
        }
        issueKeys(academies, harbour, lakeside);
        contracts.make(harbour);
    }

    /** Keys are known here alone, so they are written before the commit that makes them work. */
    private void issueKeys(AcademySql academies, UUID harbour, UUID lakeside) throws SQLException, IOException {
        SecureRandom random = new SecureRandom();
        Map<DemoConsumer, String> issued = new EnumMap<>(DemoConsumer.class);
        for (DemoConsumer demo : DemoConsumer.values()) {
            UUID tenant = demo.ofSecondAcademy() ? lakeside : harbour;
            String key = KeyText.generate(Environment.LIVE, random);
            academies.key(tenant, academies.findConsumer(tenant, demo.title).orElseThrow(), key, peppers);
            issued.put(demo, key);
        }
        keys.write(issued);
    }
}
