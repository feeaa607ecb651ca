package app.spine.portal;

import io.quarkus.arc.profile.UnlessBuildProfile;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Whose academy a person of the dev service is, whose tokens carry no claim for it: what stands behind the @ of its name.
 * No program that is built for production has this.
 */
@ApplicationScoped
@UnlessBuildProfile("prod")
class AcademyOfSubject {

    Optional<String> find(String subject) {
        int at = subject.lastIndexOf('@');
        return at < 0 ? Optional.empty() : Optional.of(subject.substring(at + 1));
    }
}
