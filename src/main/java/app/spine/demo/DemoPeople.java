package app.spine.demo;

import app.spine.http.UuidV7;
import app.spine.members.MemberStatus;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Invents an academy's people: the same ones for the same seed and day. */
final class DemoPeople {

    private static final List<String> GIVEN = List.of(
            "Olivia",
            "Noah",
            "Charlotte",
            "Oliver",
            "Amelia",
            "Jack",
            "Mia",
            "Theodore",
            "Isla",
            "Henry",
            "Ava",
            "Leo",
            "Grace",
            "Hudson",
            "Zoe",
            "Charlie",
            "Aria",
            "Lucas",
            "Chloe",
            "Levi",
            "Priya",
            "Arjun",
            "Mei",
            "Wei",
            "Thảo",
            "Minh",
            "Aisha",
            "Omar",
            "Sofía",
            "Mateo",
            "Giulia",
            "Alessandro",
            "Siobhán",
            "Cormac",
            "Ngaire",
            "Tāne",
            "Yuki",
            "Haruto",
            "Zoë",
            "Søren");

    private static final List<String> FAMILY = List.of(
            "Smith",
            "Jones",
            "Williams",
            "Brown",
            "Wilson",
            "Taylor",
            "Nguyen",
            "Tran",
            "Singh",
            "Kaur",
            "Chen",
            "Wang",
            "Patel",
            "Sharma",
            "O'Brien",
            "McDonald",
            "Rossi",
            "Russo",
            "Papadopoulos",
            "Haddad",
            "Khan",
            "Ali",
            "García",
            "Müller",
            "Kowalski",
            "Tanaka",
            "Kim",
            "Lee",
            "Walker",
            "Harris",
            "Martin",
            "Thompson",
            "White",
            "Murphy",
            "D'Souza",
            "Ngata",
            "Wihongi",
            "Øvergaard",
            "St Clair",
            "Lindqvist-Hale");

    private static final List<String> FICTIONAL_PHONES = List.of(
            "0491 570 006",
            "0491 570 156",
            "0491 570 157",
            "0491 570 158",
            "0491 570 159",
            "0491 570 110",
            "0491 570 313",
            "0491 570 737",
            "0491 571 266",
            "0491 571 491",
            "0491 571 804",
            "0491 572 549",
            "0491 572 665",
            "0491 572 983",
            "0491 573 770",
            "0491 573 087",
            "0491 574 118",
            "0491 574 632",
            "0491 575 254",
            "0491 575 789",
            "0491 576 398",
            "0491 576 801",
            "0491 577 426",
            "0491 577 644",
            "0491 578 957",
            "0491 578 148",
            "0491 578 888",
            "0491 579 212",
            "0491 579 760",
            "0491 579 455");

    private final Random random;
    private final LocalDate today;
    private final Clock clock;
    private final String mailDomain;
    private final List<DemoPerson> people = new ArrayList<>();
    private final List<Household> households = new ArrayList<>();

    /** A payer with other adults and children. */
    record Household(UUID id, String name, DemoPerson payer, List<DemoPerson> adults, List<DemoPerson> children) {}

    private DemoPeople(long seed, LocalDate today, Clock clock, String mailDomain) {
        this.random = new Random(seed);
        this.today = today;
        this.clock = clock;
        this.mailDomain = mailDomain;
    }

    /** Harbour Martial Arts: over 600 active adults, 150 children in 90 households, and the people of its boards. */
    static DemoPeople harbour(LocalDate today, Clock clock) {
        DemoPeople harbour = new DemoPeople(20_260_101, today, clock, "harbourmartialarts.example");
        harbour.adult("Mark Stevens", null, MemberStatus.ACTIVE);
        harbour.household("Morgan", List.of("Emma Morgan"), List.of("Isla Morgan"), MemberStatus.TRIAL);
        harbour.household(
                "Conti", List.of("Francesca Conti", "Davide Conti"), List.of("Alessandro Conti"), MemberStatus.ACTIVE);
        harbour.invent(612, 88, 148);
        return harbour;
    }

    /** Lakeside Jiu-Jitsu: other people, so that a leak would show. */
    static DemoPeople lakeside(LocalDate today, Clock clock) {
        DemoPeople lakeside = new DemoPeople(20_260_202, today, clock, "lakesidejiujitsu.example");
        lakeside.adult("Beatrix Vandenberg", "Trixie", MemberStatus.ACTIVE);
        lakeside.invent(60, 8, 14);
        return lakeside;
    }

    List<DemoPerson> people() {
        return people;
    }

    List<Household> households() {
        return households;
    }

    private void invent(int activeAdults, int families, int children) {
        int left = children;
        for (int i = 0; i < families; i++) {
            int here = Math.max(1, Math.round((float) left / (families - i)));
            left -= here;
            String family = pick(FAMILY);
            List<String> adults = random.nextInt(3) == 0
                    ? List.of(pick(GIVEN) + " " + family)
                    : List.of(pick(GIVEN) + " " + family, pick(GIVEN) + " " + pick(FAMILY));
            List<String> kids = new ArrayList<>();
            for (int child = 0; child < here; child++) {
                kids.add(pick(GIVEN) + " " + family);
            }
            household(family, adults, kids, MemberStatus.ACTIVE);
        }
        for (int i = 0; i < activeAdults; i++) {
            adult(pick(GIVEN) + " " + pick(FAMILY), null, MemberStatus.ACTIVE);
        }
        MemberStatus[] others = {MemberStatus.TRIAL, MemberStatus.PAUSED, MemberStatus.LAPSED, MemberStatus.ARCHIVED};
        for (int i = 0; i < activeAdults / 10; i++) {
            adult(pick(GIVEN) + " " + pick(FAMILY), null, others[i % others.length]);
        }
    }

    private void household(String name, List<String> adults, List<String> children, MemberStatus status) {
        List<DemoPerson> grown =
                adults.stream().map(adult -> adult(adult, null, status)).toList();
        DemoPerson payer = grown.getFirst();
        List<DemoPerson> kids = children.stream()
                .map(child -> add(child, null, aged(4, 17), status, payer.email(), payer.phone()))
                .toList();
        households.add(new Household(UuidV7.create(clock), name, payer, grown, kids));
    }

    private DemoPerson adult(String name, @Nullable String preferred, MemberStatus status) {
        String mailbox = ascii(name) + (people.size() + 1);
        // Mobile numbers that the Australian regulator (ACMA) keeps for use in fiction.
        String phone = pick(FICTIONAL_PHONES);
        return add(name, preferred, aged(18, 70), status, mailbox + "@" + mailDomain, phone);
    }

    private DemoPerson add(
            String name,
            @Nullable String preferred,
            LocalDate born,
            MemberStatus status,
            @Nullable String email,
            @Nullable String phone) {
        DemoPerson person = new DemoPerson(UuidV7.create(clock), name, preferred, born, status, email, phone);
        people.add(person);
        return person;
    }

    /** Born so that the age holds for weeks to come. */
    private LocalDate aged(int from, int to) {
        return today.minusYears(from + random.nextInt(to - from)).minusDays(30L + random.nextInt(300));
    }

    private String pick(List<String> names) {
        return names.get(random.nextInt(names.size()));
    }

    private static String ascii(String name) {
        return java.text.Normalizer.normalize(name, java.text.Normalizer.Form.NFD)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z]", "");
    }
}
