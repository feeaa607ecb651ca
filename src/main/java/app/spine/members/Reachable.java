package app.spine.members;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/** The contact can be brought to the form in which contacts are compared; says why not, beside every other reason. */
@Constraint(validatedBy = Reachable.Check.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface Reachable {

    /** Replaced by the reason. */
    String message() default "cannot be used";

    /** As Bean Validation asks for. */
    Class<?>[] groups() default {};

    /** As Bean Validation asks for. */
    Class<? extends Payload>[] payload() default {};

    /** Public and with a constructor for Hibernate Validator. */
    class Check implements ConstraintValidator<Reachable, NewContact> {

        @Override
        public boolean isValid(@Nullable NewContact contact, ConstraintValidatorContext context) {
            if (contact == null
                    || contact.type() == null
                    || contact.value() == null
                    || contact.value().isBlank()) {
                // Said by the members' own constraints.
                return true;
            }
            return switch (Contacts.normalise(contact.type(), contact.value())) {
                case Contacts.Result.Normalised _ -> true;
                case Contacts.Result.Refused(String reason) -> {
                    context.disableDefaultConstraintViolation();
                    context.buildConstraintViolationWithTemplate("cannot be used: " + reason.replaceAll("[.]$", ""))
                            .addPropertyNode("value")
                            .addConstraintViolation();
                    yield false;
                }
            };
        }
    }
}
