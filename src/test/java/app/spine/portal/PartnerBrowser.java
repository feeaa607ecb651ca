package app.spine.portal;

import static org.assertj.core.api.Assertions.assertThat;

import app.spine.http.UuidV7;
import app.spine.testsupport.Academy;
import app.spine.testsupport.Academy.TestConsumer;
import app.spine.testsupport.Browser;
import java.time.Clock;
import java.util.UUID;

/** A partner's developer who has accepted an invitation before. */
final class PartnerBrowser {

    private PartnerBrowser() {}

    static Browser of(Academy academy, TestConsumer consumer) {
        Browser browser = Browser.signedIn(Browser.at(academy, "pat"), "partner");
        bind(academy, consumer, "pat");
        return browser;
    }

    /** Somebody who signed in at least once becomes the consumer's developer. */
    static void bind(Academy academy, TestConsumer consumer, String name) {
        UUID invitation = UuidV7.create(Clock.systemUTC());
        String subject = Browser.at(academy, name);
        Academy.execute("""
                insert into consumer_invitations (tenant_id, id, consumer_id, hash, created_at, created_by, expires_at)
                values (?, ?, ?, sha256(?::text::bytea), now(), 'test', now() + interval '1 day')""", academy.id(), invitation, consumer.id(), invitation.toString());
        int bound = Academy.execute(
                """
                insert into consumer_partners (tenant_id, id, issuer, subject, consumer_id, invitation_id, name, bound_at)
                select tenant_id, ?, issuer, subject, ?, ?, 'Pat', now() from portal_sessions
                where tenant_id = ? and subject = ? limit 1""", UuidV7.create(Clock.systemUTC()), consumer.id(), invitation, academy.id(), subject);
        assertThat(bound).isEqualTo(1);
    }
}
