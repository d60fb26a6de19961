package botbot.session;

import static org.junit.jupiter.api.Assertions.assertTrue;

import botbot.redis.CannedAnswers;
import botbot.space.Key;
import botbot.space.Space;
import botbot.testing.Api;
import botbot.testing.Backends;
import io.quarkus.arc.Arc;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * What the annotation costs on a hit of 1 KiB, from the call of the method to the value: {@code
 * ./mvnw test -Dtest=CachedHitBench}. No part of the suite, as its name says.
 */
@QuarkusTest
@TestProfile(CachedHitBench.WithoutRedis.class)
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
public class CachedHitBench {

  /** Redis answers in no time. */
  public static class WithoutRedis implements QuarkusTestProfile {
    @Override
    public Set<Class<?>> getEnabledAlternatives() {
      return Set.of(CannedAnswers.class);
    }
  }

  @Test
  void aHitCostsLessThanFiveMicroseconds() throws RunnerException {
    Api.ofThisTest()
        .put(
            "/v1/sessions/bench",
            "{\"userId\":\"u\",\"ttlSeconds\":2592000,\"data\":{\"text\":\""
                + "x".repeat(800)
                + "\"}}")
        .expect(200, 201);
    Options options =
        new OptionsBuilder()
            .include(Hit.class.getCanonicalName())
            .forks(0)
            .warmupIterations(10)
            .warmupTime(TimeValue.seconds(2))
            .measurementIterations(5)
            .measurementTime(TimeValue.seconds(2))
            .shouldFailOnError(true)
            .build();
    double micros = new Runner(options).runSingle().getPrimaryResult().getScore();
    System.out.printf("a hit: %.2f us%n", micros);
    assertTrue(micros < 5, () -> micros + " us");
  }

  /** The annotated method, called from outside a request. */
  @State(Scope.Benchmark)
  @BenchmarkMode(Mode.AverageTime)
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  public static class Hit {
    private static final Key BENCH = Space.DEFAULT.key("bench");
    private final CachedSessions sessions = Arc.container().instance(CachedSessions.class).get();
    private final CannedAnswers redis = Arc.container().instance(CannedAnswers.class).get();

    /** The first read goes to Redis. */
    @Setup
    public void can() {
      sessions.find(BENCH).orElseThrow();
      redis.can(true);
    }

    /** Leaves Redis as it was. */
    @TearDown
    public void uncan() {
      redis.can(false);
    }

    /** A hit. */
    @Benchmark
    public Object hit() {
      Optional<Session> session = sessions.find(BENCH);
      return session.orElseThrow();
    }
  }
}
