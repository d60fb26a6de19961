package botbot;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import jakarta.persistence.Entity;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * A feature may use the cache, the cache may use Redis, and never the other way round; features do
 * not know each other, save the two that are offered to them.
 */
class DirectionOfDependenciesTest {
  private static final JavaClasses SERVICE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("botbot");

  /** What each package may use of the others; a new package needs a line here. */
  private static final Map<String, Set<String>> MAY_USE =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("space", Set.of()),
              Map.entry("configuration", Set.of()),
              Map.entry("connection", Set.of()),
              Map.entry("http", Set.of("connection")),
              Map.entry("redis", Set.of("connection")),
              Map.entry("database", Set.of("connection")),
              Map.entry("cache", Set.of("space", "redis", "http", "database")),
              Map.entry("console", Set.of("http")),
              Map.entry("access", Set.of("space", "http", "cache", "console")),
              Map.entry("change", Set.of("space", "http", "access", "cache", "database")),
              Map.entry("document", Set.of("space", "http", "access", "cache", "change")),
              Map.entry("erasure", Set.of("space", "http", "access", "cache", "redis", "database")),
              Map.entry("session", Set.of("erasure", "space", "http", "access", "cache")),
              Map.entry("preference", Set.of("erasure", "space", "http", "access", "cache")),
              Map.entry("scratch", Set.of("space", "http", "access", "cache")),
              Map.entry("agent", Set.of("space", "http", "access", "cache", "document", "change")),
              Map.entry(
                  "setting", Set.of("space", "http", "access", "cache", "document", "change")),
              Map.entry(
                  "ratelimit",
                  Set.of(
                      "erasure",
                      "space",
                      "http",
                      "access",
                      "cache",
                      "redis",
                      "database",
                      "change")),
              Map.entry(
                  "operations",
                  Set.of("erasure", "space", "http", "access", "cache", "redis", "database"))));

  /** What each inner room may use of the other rooms of its house; a new one needs a line here. */
  private static final Map<String, Set<String>> ROOMS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("document.schema", Set.of()),
              Map.entry("redis.protocol", Set.of()),
              Map.entry("redis.mode", Set.of("redis.protocol")),
              Map.entry("redis.topology", Set.of("redis.protocol")),
              Map.entry(
                  "redis.connection", Set.of("redis.topology", "redis.mode", "redis.protocol")),
              Map.entry("http.problem", Set.of()),
              Map.entry("http.json", Set.of("http.problem")),
              Map.entry("http.patch", Set.of("http.json", "http.problem")),
              Map.entry("http.condition", Set.of("http.problem")),
              Map.entry("http.page", Set.of("http.problem")),
              Map.entry("cache.entry", Set.of()),
              Map.entry("cache.freshness", Set.of("cache.entry")),
              Map.entry("cache.queue", Set.of("cache.entry")),
              Map.entry("cache.expiry", Set.of()),
              Map.entry("cache.near", Set.of("cache.freshness", "cache.queue")),
              Map.entry("http.wire", Set.of()),
              Map.entry("access.identity", Set.of()),
              Map.entry("access.presented", Set.of("access.identity")),
              Map.entry("access.client", Set.of("access", "access.identity")),
              Map.entry("operations.meter", Set.of()),
              Map.entry("operations.alert", Set.of("operations.meter")),
              Map.entry("operations.health", Set.of("operations.alert")),
              Map.entry("http.openapi", Set.of("http", "http.patch", "http.problem")),
              Map.entry("ratelimit.counter", Set.of()),
              Map.entry("ratelimit.rule", Set.of("ratelimit.counter")),
              Map.entry("ratelimit.policy", Set.of("ratelimit.rule", "ratelimit.counter")),
              Map.entry("ratelimit.batch", Set.of("ratelimit.rule", "ratelimit.counter")),
              Map.entry(
                  "ratelimit.local",
                  Set.of("ratelimit.batch", "ratelimit.rule", "ratelimit.counter"))));

  /**
   * Types that are public though no other room seems to use them: JPA, a service loader or a test
   * asks for it, or the compiler leaves no trace of the use, as of a constant.
   */
  private static final DescribedPredicate<JavaClass> USED_OTHERWISE =
      describe(
          "used otherwise",
          type ->
              type.isAnnotatedWith(Entity.class)
                  || type.isAssignableTo(Serializable.class) && type.getSimpleName().endsWith("Id")
                  || Set.of(
                          "Main",
                          "ConfigurationCheck",
                          "LiteralSecrets",
                          "Documentation",
                          "ConnectionBounds",
                          "CheckTime",
                          "JsonPatch",
                          "MergePatch",
                          "RateUsage")
                      .contains(type.getSimpleName()));

  /** Rooms that nobody knows but who is of their house. */
  private static final Set<String> HIDDEN =
      Set.of(
          "access.client",
          "cache.queue",
          "document.schema",
          "http.openapi",
          "http.wire",
          "ratelimit.batch",
          "ratelimit.counter",
          "ratelimit.local",
          "ratelimit.policy",
          "ratelimit.rule",
          "redis.topology");

  @TestFactory
  Stream<DynamicTest> anInnerRoomUsesOnlyWhatItMay() {
    return ROOMS.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey() + " uses only " + entry.getValue(),
                    () -> usesOnlyRooms(entry.getKey(), entry.getValue())));
  }

  @TestFactory
  Stream<DynamicTest> aPackageUsesOnlyWhatItMay() {
    return MAY_USE.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey() + " uses only " + entry.getValue(),
                    () -> usesOnly(entry.getKey(), entry.getValue())));
  }

  @Test
  void everyPackageHasItsPlaceInTheHouse() {
    classes()
        .should()
        .resideInAnyPackage(
            Stream.of(Set.of(""), MAY_USE.keySet(), ROOMS.keySet())
                .flatMap(Set::stream)
                .map(DirectionOfDependenciesTest::exactly)
                .toArray(String[]::new))
        .check(SERVICE);
  }

  @Test
  void noRoomsDependOnEachOtherInACircle() {
    slices().matching("botbot.(**)").should().beFreeOfCycles().check(SERVICE);
  }

  @TestFactory
  Stream<DynamicTest> aHiddenRoomIsKnownOnlyInItsHouse() {
    return HIDDEN.stream()
        .map(room -> DynamicTest.dynamicTest(room, () -> isKnownOnlyInItsHouse(room)));
  }

  @Test
  void aTypeIsPublicOnlyWhereAnotherRoomUsesIt() {
    classes()
        .that()
        .arePublic()
        .and()
        .areTopLevelClasses()
        .and(not(USED_OTHERWISE))
        .should(ArchCondition.from(usedInAnotherRoom()))
        .check(SERVICE);
  }

  private static DescribedPredicate<JavaClass> usedInAnotherRoom() {
    return describe(
        "used in another room",
        type ->
            type.getDirectDependenciesToSelf().stream()
                .anyMatch(
                    use -> !use.getOriginClass().getPackageName().equals(type.getPackageName())));
  }

  @Test
  void noPackagesDependOnEachOtherInACircle() {
    slices().matching("botbot.(*)..").should().beFreeOfCycles().check(SERVICE);
  }

  @Test
  void onlyTheDoorSendsCommandsToRedis() {
    noClasses()
        .that()
        .resideOutsideOfPackage(in("redis"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.quarkus.redis..", "io.vertx.mutiny.redis..")
                .or(senderOfCommands()))
        .allowEmptyShould(true)
        .check(SERVICE);
  }

  // requests and replies are plain values which the users of the door build and read
  private static DescribedPredicate<JavaClass> senderOfCommands() {
    Set<String> values = Set.of("Request", "Response", "ResponseType", "Command");
    return resideInAnyPackage("io.vertx.redis.client..")
        .and(not(describe("values", c -> values.contains(c.getSimpleName()))))
        .as("the client of Redis itself");
  }

  private static void usesOnly(String name, Set<String> allowed) {
    List<String> forbidden =
        MAY_USE.keySet().stream().filter(n -> !n.equals(name) && !allowed.contains(n)).toList();
    noClasses()
        .that()
        .resideInAPackage(in(name))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden.stream().map(n -> in(n)).toArray(String[]::new))
        .allowEmptyShould(true)
        .check(SERVICE);
  }

  private static void usesOnlyRooms(String name, Set<String> allowed) {
    String house = house(name);
    String[] forbidden =
        Stream.concat(Stream.of(house), ROOMS.keySet().stream())
            .filter(n -> house(n).equals(house) && !n.equals(name) && !allowed.contains(n))
            .map(DirectionOfDependenciesTest::exactly)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(exactly(name))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden)
        .check(SERVICE);
  }

  private static void isKnownOnlyInItsHouse(String room) {
    noClasses()
        .that()
        .resideOutsideOfPackage(in(house(room)))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(exactly(room))
        .check(SERVICE);
  }

  private static String house(String room) {
    return room.split("\\.")[0];
  }

  private static String exactly(String name) {
    return name.isEmpty() ? "botbot" : "botbot." + name;
  }

  private static String in(String name) {
    return "botbot." + name + "..";
  }
}
