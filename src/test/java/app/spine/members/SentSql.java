package app.spine.members;

import io.quarkus.hibernate.orm.PersistenceUnitExtension;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.hibernate.resource.jdbc.spi.StatementInspector;

/** Remembers the SQL that Hibernate sends while a test listens. */
@ApplicationScoped
@PersistenceUnitExtension
class SentSql implements StatementInspector {

    private static final List<String> SENT = new CopyOnWriteArrayList<>();
    private static volatile boolean listening;

    @Override
    public String inspect(String sql) {
        if (listening) {
            SENT.add(sql);
        }
        return sql;
    }

    /** The statements that the work sends, in their order. */
    static List<String> during(Runnable work) {
        SENT.clear();
        listening = true;
        try {
            work.run();
        } finally {
            listening = false;
        }
        return List.copyOf(SENT);
    }
}
