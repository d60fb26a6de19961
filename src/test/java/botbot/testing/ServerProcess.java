package botbot.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A process with a directory of its own, its home.
 *
 * <p>All that is known of it is in files there ({@code pid}, {@code log}), so that any class loader
 * of the test's JVM, and a later JVM, can take hold of it.
 */
final class ServerProcess {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** What is still to be noted of processes of this JVM when they end, by their home. */
  private static final Map<Path, CompletableFuture<Void>> NOTES = new ConcurrentHashMap<>();

  private final Path home;

  ServerProcess(Path home) {
    this.home = home.toAbsolutePath();
  }

  Path log() {
    return home.resolve("log");
  }

  /** Starts the command; its output is added to the log. */
  void start(List<String> command, Map<String, String> environment) {
    if (process().isPresent()) {
      throw new IllegalStateException(home.getFileName() + " is running already");
    }
    try {
      Files.createDirectories(home);
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
      builder.environment().putAll(environment);
      Reaper.watch(home);
      delete("exit");
      Process process = builder.start();
      NOTES.put(
          home,
          process
              .onExit()
              .thenAccept(ended -> writeLines("exit", List.of("" + ended.exitValue()))));
      process.getOutputStream().close();
      Files.writeString(home.resolve("pid"), process.pid() + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Has a process that something else started end with this JVM. */
  void adopt(ProcessHandle process) {
    if (process().filter(process::equals).isPresent()) {
      return;
    }
    try {
      Files.createDirectories(home);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    write("pid", List.of(process));
    Reaper.watch(home);
  }

  Optional<ProcessHandle> process() {
    return pids("pid").stream().findFirst();
  }

  /** With what code it ended; waits until it has. */
  int exitCode() {
    Path file = home.resolve("exit");
    Awaitility.await(home.getFileName() + " to end")
        .atMost(PATIENCE.multipliedBy(2))
        .until(() -> isWritten(file));
    try {
      return Integer.parseInt(Files.readString(file).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isWritten(Path file) throws IOException {
    return Files.exists(file) && Files.size(file) > 0;
  }

  /** Asks for an orderly end by the signal and waits for it; kills what does not end in time. */
  void stop(String signal) {
    stop(signal, Duration.ofSeconds(10));
  }

  void stop(String signal, Duration patience) {
    process()
        .ifPresent(
            process -> {
              signal(signal, List.of(process));
              process
                  .onExit()
                  .completeOnTimeout(process, patience.toSeconds(), TimeUnit.SECONDS)
                  .join();
            });
    kill();
  }

  /**
   * Stops what an earlier JVM left running in this home, if its process is the program named: an id
   * may have gone to another process since.
   */
  void stopOrphan(String program, String signal) {
    boolean orphan =
        process().flatMap(p -> p.info().command()).filter(c -> c.contains(program)).isPresent();
    if (orphan) {
      thaw();
      stop(signal);
    }
    delete("pid");
  }

  /** Ends it and its children at once, as a power cut would. */
  void kill() {
    List<ProcessHandle> all = new ArrayList<>(pids("frozen"));
    process().ifPresent(process -> all.addAll(family(process)));
    all.forEach(ProcessHandle::destroyForcibly);
    Awaitility.await(home.getFileName() + " to end")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    CompletableFuture<Void> note = NOTES.remove(home);
    if (note != null) {
      note.join();
    }
    delete("pid");
    delete("frozen");
  }

  /** Stops it and its children in their tracks: connections stay open and nothing answers. */
  Frozen freeze() {
    List<ProcessHandle> all = family(process().orElseThrow());
    write("frozen", all);
    signal("STOP", all);
    return this::thaw;
  }

  void thaw() {
    signal("CONT", pids("frozen"));
    delete("frozen");
  }

  void signal(String name) {
    signal(name, List.of(process().orElseThrow()));
  }

  private static List<ProcessHandle> family(ProcessHandle parent) {
    return Stream.concat(Stream.of(parent), parent.descendants()).toList();
  }

  private static void signal(String name, List<ProcessHandle> processes) {
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", "kill -" + name + " \"$@\"", "kill"));
    processes.stream().filter(ProcessHandle::isAlive).forEach(p -> command.add("" + p.pid()));
    if (command.size() == 4) {
      return;
    }
    try {
      new ProcessBuilder(command)
          .redirectError(ProcessBuilder.Redirect.DISCARD) // one may have ended by itself meanwhile
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while sending a signal", e);
    }
  }

  private List<ProcessHandle> pids(String file) {
    try {
      Path path = home.resolve(file);
      return Files.exists(path)
          ? Files.readAllLines(path).stream()
              .map(line -> ProcessHandle.of(Long.parseLong(line.strip())))
              .flatMap(Optional::stream)
              .filter(ProcessHandle::isAlive)
              .toList()
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String file, List<ProcessHandle> processes) {
    writeLines(file, processes.stream().map(p -> "" + p.pid()).toList());
  }

  private void writeLines(String file, List<String> lines) {
    try {
      Files.write(home.resolve(file), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void delete(String file) {
    try {
      Files.deleteIfExists(home.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
