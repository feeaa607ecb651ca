package app.spine.portal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds the academy that a person's claims name. */
@ApplicationScoped
class Academies {

    private static final String FIND = "select id, name, zone, sandbox_id from find_academy(?)";

    // Names and zones change rarely, and an academy is not closed within a minute.
    private final Cache<String, Academy> known = Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(Duration.ofMinutes(1))
            .build();

    private final AgroalDataSource dataSource;

    Academies(@DataSource("read") AgroalDataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** An academy as the portal shows it. */
    record Academy(
            UUID id,
            String slug,
            String name,
            ZoneId zone,
            @Nullable UUID sandboxId) {}

    Optional<Academy> find(String slug) throws SQLException {
        Academy remembered = known.getIfPresent(slug);
        if (remembered != null) {
            return Optional.of(remembered);
        }
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setString(1, slug);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                Academy found = new Academy(
                        row.getObject("id", UUID.class),
                        slug,
                        row.getString("name"),
                        ZoneId.of(row.getString("zone")),
                        row.getObject("sandbox_id", UUID.class));
                known.put(slug, found);
                return Optional.of(found);
            }
        }
    }
}
