package botbot.bench;

import botbot.cache.FreshnessModel;
import botbot.cache.PostgresFaults;
import botbot.cache.RedisFaults;
import botbot.testing.Answer;
import botbot.testing.Api;
import botbot.testing.Frozen;
import botbot.testing.Load;
import botbot.testing.Load.Sample;
import botbot.testing.Pause;
import botbot.testing.Ports;
import botbot.testing.RedisCluster;
import botbot.testing.RedisSentinels;
import botbot.testing.RedisServer;
import botbot.testing.ServiceInstance;
import botbot.testing.Soon;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Counts what callers of two instances notice of each fault: real servers, 100 mixed calls a
 * second, answers held against the model of freshness.
 */
final class Failover {

  private static final String ONLY = System.getProperty("only", "");
  private static final int WARM = Integer.getInteger("warm", 15);
  private static final int LASTS = 5_000;
  private static final Duration SLOW = Duration.ofSeconds(1);

  /** Breaks something; answers with the instant from which recovery counts. */
  private interface Fault {
    long strike();
  }

  private final Report report;

  private Failover(Report report) {
    this.report = report;
  }

  static void run(Report report) {
    report.columns(
        "fault",
        "requests",
        "errors",
        "over 1 s",
        "lost writes",
        "stale reads",
        "over-admission",
        "normal after",
        "note");
    Failover failover = new Failover(report);
    if (!ONLY.startsWith("Sentinel")) {
      failover.ofOneServerEach();
      failover.ofACluster();
    }
    failover.ofSentinels();
  }

  private void ofOneServerEach() {
    FreshnessModel model = new FreshnessModel();
    try (PostgresFaults postgres = new PostgresFaults(model);
        RedisServer server = RedisServer.launch(RedisFaults.SETTING);
        Pair pair = new Pair(report, model, postgres, "standalone", server.url())) {
      RedisFaults redis = new RedisFaults(server);
      pair.row("Redis frozen for 5 s", lasting(() -> redis.freeze(LASTS)));
      pair.row(
          "Redis evicts for 5 s (`volatile-lru`)",
          lasting(() -> redis.evict("volatile-lru", 0, LASTS)));
      pair.row("PostgreSQL read-only for 5 s", lasting(() -> postgres.refuseWrites(LASTS)));
      pair.row(
          "PostgreSQL 200 ms away for 10 s",
          lasting(
              () -> {
                postgres.way().delayAnswers(Duration.ofMillis(200));
                Pause.millis(10_000);
                postgres.way().delayAnswers(Duration.ZERO);
              }));
      pair.row(
          "PostgreSQL promoted, its last second not replicated",
          lasting(
              () ->
                  pair.note =
                      postgres.promote(1_000)
                          + " acknowledged writes had not reached the standby"));
    }
  }

  private void ofACluster() {
    FreshnessModel model = new FreshnessModel();
    try (PostgresFaults postgres = new PostgresFaults(model);
        RedisCluster cluster = RedisCluster.launch(3);
        Replicas replicas = Replicas.of(cluster);
        Pair pair =
            new Pair(report, model, postgres, "cluster", cluster.urls() + "," + replicas.urls())) {
      RedisServer primary = cluster.primaries().getFirst();
      if (pair.row("cluster: a primary killed, its replica takes over", now(primary::kill))) {
        replicas.giveBack(primary);
      }
      RedisServer replica = replicas.all().get(1);
      if (pair.row("cluster: a replica killed", now(replica::kill))) {
        replica.start();
      }
      pair.row(
          "cluster: a named host mute for 5 s, all connections broken",
          lasting(() -> muteAndBreak(replicas.all().get(2), cluster)));
      pair.row(
          "cluster: all named hosts replaced",
          () -> {
            List<RedisServer> named = new ArrayList<>(cluster.replaceAll());
            named.addAll(replicas.all());
            // the service asks for the nodes every 10 s
            Pause.millis(12_000);
            long begun = System.nanoTime();
            named.forEach(RedisServer::kill);
            return begun;
          });
    }
  }

  private static void muteAndBreak(RedisServer mute, RedisCluster cluster) {
    try (Frozen frozen = mute.freeze()) {
      cluster.primaries().forEach(one -> one.command("CLIENT", "KILL", "TYPE", "normal"));
      Pause.millis(LASTS);
    }
  }

  private void ofSentinels() {
    FreshnessModel model = new FreshnessModel();
    try (PostgresFaults postgres = new PostgresFaults(model);
        RedisSentinels redis = RedisSentinels.launch();
        Pair pair = new Pair(report, model, postgres, "sentinel", redis.urls())) {
      pair.row("Sentinel: planned failover", () -> promotion(pair, redis, redis::failOver));
      redis.awaitCalm();
      pair.row("Sentinel: primary killed", () -> promotion(pair, redis, redis.primary()::kill));
    }
  }

  private static long promotion(Pair pair, RedisSentinels redis, Runnable cause) {
    RedisServer before = redis.primary();
    long begun = System.nanoTime();
    cause.run();
    redis.awaitPromotion(before);
    pair.note = "promotion after " + (System.nanoTime() - begun) / 1_000_000 + " ms";
    return begun;
  }

  /** Of what lasts the end counts. */
  private static Fault lasting(Runnable fault) {
    return () -> {
      fault.run();
      return System.nanoTime();
    };
  }

  /** Of what is done in a moment that counts. */
  private static Fault now(Runnable fault) {
    return () -> {
      long begun = System.nanoTime();
      fault.run();
      return begun;
    };
  }

  /** A replica of each primary. */
  private record Replicas(List<RedisServer> all) implements AutoCloseable {

    static Replicas of(RedisCluster cluster) {
      Replicas replicas =
          new Replicas(cluster.primaries().stream().map(Replicas::replicaOf).toList());
      Soon.soon()
          .until(
              () ->
                  Stream.concat(cluster.primaries().stream(), replicas.all.stream())
                      .allMatch(one -> nodes(one) == 6));
      return replicas;
    }

    private static RedisServer replicaOf(RedisServer primary) {
      int bus = Ports.free();
      RedisServer replica =
          RedisServer.launch(
              "cluster-enabled yes",
              "cluster-port " + bus,
              "cluster-node-timeout 2000",
              "repl-diskless-sync-delay 0");
      primary.command("CLUSTER", "MEET", "127.0.0.1", "" + replica.port(), "" + bus);
      String id = (String) primary.command("CLUSTER", "MYID");
      Soon.soon().until(() -> replica.command("CLUSTER", "REPLICATE", id).equals("OK"));
      Soon.soon().until(() -> replication(replica).contains("master_link_status:up"));
      return replica;
    }

    private static long nodes(RedisServer server) {
      return ((String) server.command("CLUSTER", "NODES")).lines().count();
    }

    private static String replication(RedisServer server) {
      return (String) server.command("INFO", "replication");
    }

    /** Starts a killed primary and has it take over from the replica that took over from it. */
    void giveBack(RedisServer primary) {
      primary.start();
      Soon.soon().until(() -> replication(primary).contains("master_link_status:up"));
      Soon.soon()
          .until(
              () -> {
                if (replication(primary).contains("role:master")) {
                  return true;
                }
                // refused for a while after the election before
                primary.command("CLUSTER", "FAILOVER");
                return false;
              });
    }

    String urls() {
      return all.stream().map(RedisServer::url).collect(Collectors.joining(","));
    }

    @Override
    public void close() {
      all.forEach(RedisServer::close);
    }
  }

  /** Two instances and their traffic. */
  private static final class Pair implements AutoCloseable {
    private static final Duration STEADY = Duration.ofSeconds(5);

    private final Report report;
    private final FreshnessModel model;
    private final ServiceInstance a;
    private final ServiceInstance b;
    private final List<Api> apis;
    private int rows;
    String note = "";

    Pair(Report report, FreshnessModel model, PostgresFaults postgres, String type, String hosts) {
      this.report = report;
      this.model = model;
      Map<String, String> environment = ServiceInstance.environment(postgres.jdbcUrl(), hosts);
      environment.put("QUARKUS_REDIS_CLIENT_TYPE", type);
      environment.put("QUARKUS_REDIS_MASTER_NAME", RedisSentinels.NAME);
      a = ServiceInstance.launch("failover-a", environment);
      b = ServiceInstance.launch("failover-b", environment);
      apis = List.of(a.awaitReady().api(), b.awaitReady().api());
      // the first calls find the service cold
      Traffic warm = new Traffic(model, apis, "warm-" + type);
      Load.start(100, Duration.ofSeconds(WARM), warm::call).await();
    }

    /** Measures a fault, unless others alone are asked for; answers whether it did. */
    boolean row(String name, Fault fault) {
      if (!name.contains(ONLY)) {
        return false;
      }
      awaitCalm();
      Traffic traffic = new Traffic(model, apis, "row-" + rows++);
      int before = model.violations().size();
      long normal;
      List<Sample> samples;
      try (Load load = Load.start(100, Duration.ofMinutes(3), traffic::call);
          ModeWatch watch = new ModeWatch(apis)) {
        Pause.millis(3_000);
        model.faultBegins();
        long from = fault.strike();
        watch.awaitSteady(STEADY);
        model.lostIsGone();
        model.faultEnds();
        Pause.millis(2_000);
        normal = Math.max(0, watch.lastTrouble() - from) / 1_000_000;
        load.close();
        samples = load.samples();
      }
      int stale = model.violations().size() - before;
      int lost = traffic.lost();
      report.row(
          name,
          "" + samples.size(),
          "" + samples.stream().filter(s -> s.status() == 0 || s.status() >= 500).count(),
          "" + samples.stream().filter(s -> s.took().compareTo(SLOW) > 0).count(),
          "" + lost,
          "" + stale,
          "" + traffic.overAdmission(),
          normal == 0 ? "never away" : normal + " ms",
          note);
      note = "";
      model.violations().stream().skip(before).limit(5).forEach(System.err::println);
      samples.stream()
          .filter(s -> s.status() == 0 || s.status() >= 500)
          .collect(Collectors.groupingBy(s -> s.status() + " " + cause(s), Collectors.counting()))
          .forEach((what, count) -> System.err.println("  " + count + " x " + what));
      return true;
    }

    private static String cause(Sample sample) {
      int detail = sample.what().indexOf("\"detail\"");
      return detail < 0 ? sample.what() : sample.what().substring(detail);
    }

    private void awaitCalm() {
      try (ModeWatch watch = new ModeWatch(apis)) {
        watch.awaitSteady(Duration.ofSeconds(3));
      }
    }

    @Override
    public void close() {
      a.close();
      b.close();
    }
  }

  /** Looks at the mode of both instances all the time. */
  private static final class ModeWatch implements AutoCloseable {
    private final List<Api> apis;
    private final long begun = System.nanoTime();
    private volatile long lastTrouble = begun;
    private volatile long lastNormal = begun;
    private volatile boolean over;
    private final Thread thread;

    ModeWatch(List<Api> apis) {
      this.apis = apis;
      thread = Thread.ofVirtual().start(this::watch);
    }

    private void watch() {
      while (!over) {
        boolean normal = apis.stream().allMatch(ModeWatch::isNormal);
        if (normal) {
          lastNormal = System.nanoTime();
        } else {
          lastTrouble = System.nanoTime();
        }
        LockSupport.parkNanos(20_000_000);
      }
    }

    private static boolean isNormal(Api api) {
      try {
        Answer status = api.get("/v1/status");
        return status.status() == 200 && status.json().path("mode").asText().equals("normal");
      } catch (UncheckedIOException e) {
        return false;
      }
    }

    /** When an instance was not normal for the last time. */
    long lastTrouble() {
      return lastTrouble;
    }

    void awaitSteady(Duration time) {
      long from = System.nanoTime();
      long end = from + Duration.ofMinutes(2).toNanos();
      while (lastNormal - Math.max(from, lastTrouble) < time.toNanos()) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException("not normal for two minutes");
        }
        Pause.millis(50);
      }
    }

    @Override
    public void close() {
      over = true;
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Reads, writes and rate checks, ten of each kind of call in their turn, by either instance. */
  private static final class Traffic {
    private static final int KEYS = 20;
    private static final int LIMIT = 100;
    private static final String SESSION = "{\"userId\":\"u\",\"data\":{\"n\":%d}}";
    private static final String PREFERENCES = "{\"preferences\":{\"n\":%d}}";
    private static final String POLICY =
        "{\"tier\":\"*\",\"endpoint\":\"%s\",\"limit\":%d,\"windowMs\":2592000000}";

    private final FreshnessModel model;
    private final List<Api> apis;
    private final String name;
    private final Queue<String> once = new ConcurrentLinkedQueue<>();
    private final AtomicInteger admitted = new AtomicInteger();

    Traffic(FreshnessModel model, List<Api> apis, String name) {
      this.model = model;
      this.apis = apis;
      this.name = name;
      policy(name, LIMIT);
      policy("free", 1_000_000);
      for (int key = 0; key < KEYS; key++) {
        model.write(apis.get(key % 2), path(key), body(key));
      }
      // an instance learns of a policy within a second
      Pause.millis(1_500);
    }

    private void policy(String endpoint, int limit) {
      apis.getFirst()
          .put("/v1/rate-policies/" + endpoint, POLICY.formatted(endpoint, limit))
          .expect(200, 201);
    }

    Answer call(int number) {
      SplittableRandom random = new SplittableRandom(number);
      Api api = apis.get(random.nextInt(2));
      int key = random.nextInt(KEYS);
      return switch (number % 10) {
        case 0, 1, 2, 3 -> model.read(api, path(key));
        case 4, 5 -> model.write(api, path(key), body(key));
        case 6 -> writeOnce(api, "/v1/sessions/" + name + "-once-" + number);
        case 7 -> check(api, "free", "user-" + key);
        default -> limited(api);
      };
    }

    private Answer writeOnce(Api api, String path) {
      Answer answer = model.write(api, path, SESSION);
      if (answer.status() == 201) {
        once.add(path);
      }
      return answer;
    }

    private Answer limited(Api api) {
      Answer answer = check(api, name, "all");
      if (answer.status() == 200) {
        admitted.incrementAndGet();
      }
      return answer;
    }

    private static Answer check(Api api, String endpoint, String subject) {
      return api.post(
          "/v1/rate-checks",
          "{\"subject\":\"%s\",\"endpoint\":\"%s\"}".formatted(subject, endpoint));
    }

    /** Acknowledged writes that are not there now; what a promotion lost is not counted. */
    int lost() {
      int before = model.violations().size();
      for (int key = 0; key < KEYS; key++) {
        model.read(apis.get(key % 2), path(key));
      }
      once.forEach(path -> model.read(apis.getFirst(), path));
      return model.violations().size() - before;
    }

    /** How many more than the limit were admitted, when all of it is used up. */
    int overAdmission() {
      for (Api api : apis) {
        while (limited(api).status() == 200) {
          // until it is used up
        }
      }
      return Math.max(0, admitted.get() - LIMIT);
    }

    private String path(int key) {
      String id = name + "-" + key;
      return key % 2 == 0 ? "/v1/users/" + id + "/preferences" : "/v1/sessions/" + id;
    }

    private static String body(int key) {
      return key % 2 == 0 ? PREFERENCES : SESSION;
    }
  }
}
