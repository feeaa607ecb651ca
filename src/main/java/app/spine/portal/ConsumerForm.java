package app.spine.portal;

import app.spine.consumers.Limits;
import app.spine.consumers.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the fields that a new consumer and a changed one share. */
final class ConsumerForm {

    private static final int MAX_NAME = 120;
    private static final int MAX_OWNER = 200;
    private static final int MAX_EMAIL = 254;
    private static final int MAX_PURPOSE = 1_000;

    private final Form form;

    ConsumerForm(Form form) {
        this.form = form;
    }

    String name() {
        return required("name", MAX_NAME, "Enter a name that people will recognise");
    }

    String ownerName() {
        return required("owner_name", MAX_OWNER, "Enter who answers for it: a person or a company");
    }

    String ownerEmail() {
        String email = required(
                "owner_email", MAX_EMAIL, "Enter an e-mail address that can be written to, like name@example.com");
        if (!email.isEmpty() && !email.matches("[^@\\s]+@[^@\\s]+\\.[^@\\s.]+")) {
            form.refuse("owner_email", "Enter an e-mail address that can be written to, like name@example.com");
        }
        return email;
    }

    @Nullable
    String purpose() {
        String purpose = form.find("purpose");
        if (purpose != null && purpose.length() > MAX_PURPOSE) {
            form.refuse("purpose", "Say it in " + MAX_PURPOSE + " characters or fewer");
        }
        return purpose;
    }

    List<Scope> scopes() {
        List<Scope> scopes = form.all("scopes").stream()
                .flatMap(text -> Scope.parse(text).stream())
                .toList();
        if (scopes.isEmpty()) {
            form.refuse("scopes", "Choose at least one scope");
        }
        return scopes;
    }

    /** Its own limits; what is left empty is the academy's. */
    Limits limits() {
        Long burst = form.number("burst_requests", "Burst", 1, 1_000_000);
        Long burstSeconds = form.number("burst_seconds", "The burst's window in seconds", 1, 60);
        Long sustained = form.number("sustained_requests", "Sustained", 1, 100_000_000);
        Long sustainedSeconds = form.number("sustained_seconds", "The sustained window in seconds", 1, 86_400);
        Long quota = form.number("monthly_quota", "The monthly quota", 1, Limits.MOST_A_MONTH);
        together("burst_requests", burst, burstSeconds);
        together("sustained_requests", sustained, sustainedSeconds);
        return new Limits(
                burst == null || burstSeconds == null
                        ? null
                        : new Limits.Burst(burst.intValue(), burstSeconds.intValue()),
                sustained == null || sustainedSeconds == null
                        ? null
                        : new Limits.Sustained(sustained.intValue(), sustainedSeconds.intValue()),
                quota);
    }

    private void together(String field, @Nullable Long requests, @Nullable Long seconds) {
        if ((requests == null) != (seconds == null)) {
            form.refuse(field, "Give the number of calls and the seconds, or neither for the academy's limit");
        }
    }

    private String required(String field, int most, String remedy) {
        String value = form.value(field);
        if (value.isEmpty()) {
            form.refuse(field, remedy);
        } else if (value.length() > most) {
            form.refuse(field, "Use " + most + " characters or fewer");
        }
        return value;
    }
}
