package app.spine.consumers;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/** Says which version of the contract a consumer was built against. */
public record BuiltAgainst(
        @NotNull @Pattern(regexp = Consumer.CONTRACT_VERSIONS, message = Consumer.NO_SUCH_CONTRACT)
        String contractVersion) {}
