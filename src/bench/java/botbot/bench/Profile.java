package botbot.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where a JVM spends its time under load, by the flight recorder: of all samples of running
 * threads, the share of each layer. A sample belongs to the layer whose code is nearest to the top
 * of the stack: what the JDK does for Netty counts for Netty. What the garbage collector and the
 * compilers do is not in it.
 */
final class Profile {
  static final boolean WANTED = Boolean.getBoolean("profile");

  private static final int SECONDS = 10;
  private static final String JCMD =
      Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
  private static final String JDK = "JDK alone";
  private static final Set<String> SAMPLES =
      Set.of("jdk.ExecutionSample", "jdk.NativeMethodSample");
  private static final Set<String> WAITING = Set.of("wait", "wait0", "poll", "accept", "park");

  /** Layers, and how the names of their classes begin. */
  private static final Map<String, List<String>> LAYERS = new LinkedHashMap<>();

  static {
    LAYERS.put("this service", List.of("botbot."));
    LAYERS.put("Netty, Vert.x", List.of("io.netty.", "io.vertx.core."));
    LAYERS.put("Redis client", List.of("io.vertx.redis."));
    LAYERS.put("PostgreSQL driver, pool", List.of("org.postgresql.", "io.agroal."));
    LAYERS.put(
        "transactions", List.of("com.arjuna.", "io.quarkus.narayana.", "org.jboss.jbossts."));
    LAYERS.put("Hibernate", List.of("org.hibernate.", "io.quarkus.hibernate."));
    LAYERS.put("JSON", List.of("com.fasterxml."));
    LAYERS.put(
        "framework", List.of("io.quarkus.", "org.jboss.", "io.smallrye.", "io.vertx.", "jakarta."));
  }

  private Profile() {}

  /** Puts each service that is compared under load once more, and adds a table of the shares. */
  static void add(Report report, List<Comparison> comparisons) {
    List<String> columns = new ArrayList<>(LAYERS.keySet());
    columns.addFirst("measure: where the time goes, %");
    columns.add(JDK);
    Report table = report.part(columns);
    for (Comparison comparison : comparisons) {
      comparison
          .ours()
          .process()
          .filter(Profile::isJvm)
          .ifPresent(process -> table.row(row(comparison, process)));
    }
  }

  private static boolean isJvm(ProcessHandle process) {
    return process.info().command().filter(command -> command.endsWith("java")).isPresent();
  }

  private static String[] row(Comparison comparison, ProcessHandle process) {
    Map<String, Integer> samples = samples(comparison.ours(), process);
    double all = samples.values().stream().mapToInt(Integer::intValue).sum();
    Stream<String> layers = Stream.concat(LAYERS.keySet().stream(), Stream.of(JDK));
    return Stream.concat(
            Stream.of(comparison.measure()),
            layers.map(layer -> Math.round(100 * samples.getOrDefault(layer, 0) / all) + ""))
        .toArray(String[]::new);
  }

  private static Map<String, Integer> samples(Side side, ProcessHandle process) {
    Map<String, Integer> samples = new HashMap<>();
    String pid = "" + process.pid();
    try {
      Path file = Files.createTempFile("profile", ".jfr");
      Tool.output(JCMD, pid, "JFR.start", "name=bench", "settings=profile");
      side.run(SECONDS);
      Tool.output(JCMD, pid, "JFR.stop", "name=bench", "filename=" + file);
      try (RecordingFile recording = new RecordingFile(file)) {
        while (recording.hasMoreEvents()) {
          RecordedEvent event = recording.readEvent();
          if (SAMPLES.contains(event.getEventType().getName()) && isRunning(event)) {
            samples.merge(layer(event.getStackTrace()), 1, Integer::sum);
          }
        }
      }
      Files.delete(file);
      return samples;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Threads that wait are sampled too, where they do it in native code. */
  private static boolean isRunning(RecordedEvent event) {
    RecordedStackTrace stack = event.getStackTrace();
    return stack != null
        && !stack.getFrames().isEmpty()
        && !WAITING.contains(stack.getFrames().getFirst().getMethod().getName());
  }

  private static String layer(RecordedStackTrace stack) {
    for (RecordedFrame frame : stack.getFrames()) {
      String type = frame.getMethod().getType().getName();
      for (Map.Entry<String, List<String>> layer : LAYERS.entrySet()) {
        if (layer.getValue().stream().anyMatch(type::startsWith)) {
          return layer.getKey();
        }
      }
    }
    return JDK;
  }
}
